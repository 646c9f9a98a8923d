import { randomUUID } from 'node:crypto';
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { inject } from 'vitest';
import { createObjectStore } from '../../lambdas/adapters/objects.ts';
import { createS3Client } from '../../lambdas/adapters/s3-client.ts';
import type { ObjectStore } from '../../lambdas/contract/ports.ts';
import { sumsOf, type Sums } from '../../lambdas/copying/upload/checksums.ts';
import { s3Keys, s3Region } from '../support/s3-server.ts';

/** A versioned bucket of a test file's own, on the server that all share. */
export interface TestBucket {
  readonly name: string;
  readonly endpoint: string;
  /** The store as the function has it. */
  readonly objects: ObjectStore;
  /** A client as the function has it, for what the store has no method for. */
  readonly client: S3Client;
  /** Sums of what is stored; `undefined` where nothing is. */
  sums(key: string): Promise<Sums | undefined>;
  json(key: string): Promise<unknown>;
  /** Ids of uploads of that key that are neither completed nor aborted. */
  openUploads(key: string): Promise<string[]>;
  /** How many versions of the key are kept. */
  versions(key: string): Promise<number>;
}

/** The function's own client, for a server (or a proxy in front of it) on the loopback address. */
export const clientOf = (
  endpoint: string,
  config: Parameters<typeof createS3Client>[0] = {},
): S3Client =>
  createS3Client({
    endpoint,
    region: s3Region,
    credentials: s3Keys,
    forcePathStyle: true,
    ...config,
  });

export const createTestBucket = async (): Promise<TestBucket> => {
  const { endpoint } = inject('s3');
  const name = `decks-${randomUUID().slice(0, 8)}`;
  const client = clientOf(endpoint);
  await client.send(new CreateBucketCommand({ Bucket: name }));
  await client.send(
    new PutBucketVersioningCommand({
      Bucket: name,
      VersioningConfiguration: { Status: 'Enabled' },
    }),
  );
  const objects = createObjectStore({ client, bucket: name });
  return {
    name,
    endpoint,
    client,
    objects,
    sums: async (key) => {
      if ((await objects.head(key)) === undefined) return undefined;
      const { Body } = await client.send(new GetObjectCommand({ Bucket: name, Key: key }));
      return sumsOf(Body as AsyncIterable<Uint8Array>);
    },
    json: async (key) =>
      JSON.parse((await objects.read(key))?.body.toString('utf8') ?? 'null') as unknown,
    openUploads: async (key) => {
      const { Uploads = [] } = await client.send(
        new ListMultipartUploadsCommand({ Bucket: name, Prefix: key }),
      );
      return Uploads.flatMap(({ Key, UploadId }) =>
        Key === key && UploadId !== undefined ? [UploadId] : [],
      );
    },
    versions: async (key) => {
      const { Versions = [] } = await client.send(
        new ListObjectVersionsCommand({ Bucket: name, Prefix: key }),
      );
      return Versions.filter(({ Key }) => Key === key).length;
    },
  };
};
