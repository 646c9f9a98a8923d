import { GetObjectCommand, paginateListObjectsV2, PutObjectCommand } from '@aws-sdk/client-s3';
import { ArchiverError } from '../contract/error-codes.ts';
import { claimsFolder } from '../contract/keys.ts';
import type { Claims } from '../contract/ports.ts';
import {
  isConcurrentWrite,
  isDenied,
  isMissing,
  isPreconditionFailed,
  storageFailed,
} from './s3-errors.ts';
import { encryptionFields, type WriteOptions } from './s3-objects.ts';

/** Tries of one claim: others may make it, or the bucket forget it, at the same moment. */
const maxTries = 5;

/** Most names that a folder is read for: a provider gives an id to one request. */
const maxNames = 100;

/**
 * Claims as objects of the bucket. S3 lets one of two writes have a key (`If-None-Match`; Amazon S3
 * User Guide, "Conditional writes"), and what was written is read and listed at once by all
 * ("Amazon S3 data consistency model").
 */
export const createClaims = ({
  client,
  bucket,
  encryption,
  keyPrefix,
}: WriteOptions & { readonly keyPrefix: string }): Claims => {
  const folder = claimsFolder(keyPrefix);

  const write = async (key: string, note: string): Promise<boolean> => {
    try {
      await client.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: key,
          Body: Buffer.from(note),
          ContentLength: Buffer.byteLength(note),
          ContentType: 'text/plain',
          ...encryptionFields(encryption),
          IfNoneMatch: '*',
        }),
      );
      return true;
    } catch (error) {
      // 409: another one is just being written, and may fail yet.
      if (isPreconditionFailed(error) || isConcurrentWrite(error)) return false;
      throw storageFailed('PutObject', key, error);
    }
  };

  /** @param mayBeMissing S3 answers 403 about a key that is not there to those who may not list */
  const read = async (key: string, mayBeMissing: boolean): Promise<string | undefined> => {
    try {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      return (await Body?.transformToString()) ?? '';
    } catch (error) {
      if (isMissing(error) || (mayBeMissing && isDenied(error))) return undefined;
      throw storageFailed('GetObject', key, error);
    }
  };

  return {
    take: async (name, note) => {
      const key = `${folder}${name}`;
      for (let attempt = 1; attempt <= maxTries; attempt += 1) {
        if (await write(key, note)) return { kind: 'ours' };
        const held = await read(key, attempt < maxTries);
        if (held !== undefined) return { kind: 'held', note: held };
      }
      throw new ArchiverError(
        'StorageFailed',
        `${key} cannot be written: others write it all the time`,
      );
    },

    list: async (name) => {
      const prefix = `${folder}${name}/`;
      const names: string[] = [];
      try {
        const pages = paginateListObjectsV2(
          { client, pageSize: maxNames },
          { Bucket: bucket, Prefix: prefix },
        );
        for await (const { Contents = [] } of pages) {
          names.push(...Contents.flatMap(({ Key }) => Key?.slice(prefix.length) ?? []));
          if (names.length >= maxNames) break;
        }
        return names.slice(0, maxNames);
      } catch (error) {
        throw storageFailed('ListObjectsV2', prefix, error);
      }
    },
  };
};
