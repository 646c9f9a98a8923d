import { setTimeout } from 'node:timers/promises';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { ObjectStore } from '../contract/ports.ts';
import {
  isConcurrentWrite,
  isObjectGone,
  isPreconditionFailed,
  storageFailed,
} from './s3-errors.ts';
import {
  descriptionFields,
  encryptionFields,
  headObject,
  isAbsent,
  matchFields,
  storedOutcome,
  type WriteOptions,
} from './s3-objects.ts';
import { createUploads } from './uploads.ts';

/** See {@link createObjectStore}. */
export interface ObjectStoreOptions extends WriteOptions {
  /** Waits before a write that met a concurrent one is tried again; default: real time. */
  readonly pause?: (milliseconds: number) => Promise<void>;
}

/**
 * Tries of a write that meets a concurrent one. S3 says to try again; the other write is over
 * within moments.
 */
const concurrentWriteTries = 4;

/** Pause before the second try, in milliseconds; it doubles. */
const concurrentWritePause = 100;

const wait = async (milliseconds: number): Promise<void> => {
  await setTimeout(milliseconds);
};

/**
 * The bucket on S3. Each write carries our CRC-32, which S3 compares with what arrived, and a
 * condition, so that concurrent copies cannot overwrite each other unseen. The SDK's own retries
 * come first; what is left is `StorageFailed`.
 */
export const createObjectStore = ({
  client,
  bucket,
  encryption,
  pause = wait,
}: ObjectStoreOptions): ObjectStore => ({
  bucket,

  head: async (key) => headObject({ client, bucket }, key),

  read: async (key) => {
    try {
      const { Body, ETag } = await client.send(
        new GetObjectCommand({ Bucket: bucket, Key: key, ChecksumMode: 'ENABLED' }),
      );
      if (Body === undefined || ETag === undefined) throw new Error('S3 sent no body or no ETag');
      return { body: Buffer.from(await Body.transformToByteArray()), etag: ETag };
    } catch (error) {
      if (await isAbsent({ client, bucket }, key, error)) return undefined;
      throw storageFailed('GetObject', key, error);
    }
  },

  readStream: async (key) => {
    try {
      const { Body } = await client.send(
        new GetObjectCommand({ Bucket: bucket, Key: key, ChecksumMode: 'ENABLED' }),
      );
      if (Body === undefined) throw new Error('S3 sent no body');
      return readBody(key, Body as AsyncIterable<Uint8Array>);
    } catch (error) {
      throw storageFailed('GetObject', key, error);
    }
  },

  put: async (key, body, crc32, description, condition) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const answer = await client.send(
          new PutObjectCommand({
            Bucket: bucket,
            Key: key,
            Body: body,
            ContentLength: body.length,
            ...descriptionFields(description),
            ...encryptionFields(encryption),
            ChecksumCRC32: crc32,
            ...matchFields(condition),
          }),
        );
        return storedOutcome(answer);
      } catch (error) {
        if (isPreconditionFailed(error) || isObjectGone(error)) return { kind: 'conflict' };
        if (!isConcurrentWrite(error)) throw storageFailed('PutObject', key, error);
        if (attempt === concurrentWriteTries) return { kind: 'conflict' };
        await pause(concurrentWritePause * 2 ** (attempt - 1));
      }
    }
  },

  ...createUploads({ client, bucket, encryption }),
});

/** A stream that breaks while it is read is the store's failure too. */
async function* readBody(key: string, body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw storageFailed('GetObject', key, error);
  }
}
