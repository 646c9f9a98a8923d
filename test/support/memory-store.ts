import { crc32 } from 'node:zlib';
import { ArchiverError } from '../../lambdas/contract/error-codes.ts';
import type {
  ObjectDescription,
  ObjectStore,
  UploadedPart,
  WriteCondition,
  WriteOutcome,
} from '../../lambdas/contract/ports.ts';
import { crc32Text } from '../../lambdas/copying/upload/checksums.ts';

/** An object as the store keeps it. */
export interface MemoryObject {
  readonly body: Buffer;
  readonly etag: string;
  readonly description: ObjectDescription;
}

interface Upload {
  readonly key: string;
  readonly description: ObjectDescription;
  readonly parts: Map<number, { body: Buffer; etag: string }>;
}

/** See {@link memoryStore}. */
export interface MemoryStore extends ObjectStore {
  readonly stored: ReadonlyMap<string, MemoryObject>;
  /** Ids of uploads that are neither completed nor aborted. */
  openUploads(): readonly string[];
  /** Names of the methods called, in order, with the key. */
  readonly calls: string[];
  bodyOf(key: string): Buffer;
  json(key: string): unknown;
  remove(key: string): void;
  /** Something else writes under the key. */
  plant(key: string, body: Buffer): void;
  /** Runs before every call; may throw, or write something in between. */
  before: (call: string) => void | Promise<void>;
}

const refuse = (what: string): never => {
  throw new ArchiverError('StorageFailed', `memory store: ${what}`);
};

const sum = (body: Buffer): string => crc32Text(crc32(body));

/** S3's smallest part, but the last (Amazon S3, Multipart upload limits). */
const smallestPart = 5 * 1024 * 1024;

/**
 * A bucket in memory that is as strict as S3: bytes must match their CRC-32, conditions are kept,
 * parts must be large enough and complete, and bodies are copied, so that a buffer that is used
 * again too early shows.
 *
 * @param options.minPartBytes smallest part but the last; S3's unless given
 * @param options.hasChecksums false for a store that keeps no checksum
 */
export const memoryStore = (
  options: { minPartBytes?: number; hasChecksums?: boolean } = {},
): MemoryStore => {
  const { minPartBytes = smallestPart, hasChecksums = true } = options;
  const stored = new Map<string, MemoryObject>();
  const uploads = new Map<string, Upload>();
  const calls: string[] = [];
  let serial = 0;

  const write = (
    key: string,
    body: Buffer,
    description: ObjectDescription,
    condition: WriteCondition,
  ): WriteOutcome => {
    const there = stored.get(key);
    if ('absent' in condition ? there !== undefined : there?.etag !== condition.etag)
      return { kind: 'conflict' };
    serial += 1;
    const etag = `"etag-${serial}"`;
    stored.set(key, { body, etag, description });
    return { kind: 'stored', etag };
  };
  const uploadOf = (key: string, id: string): Upload => {
    const upload = uploads.get(id);
    return upload?.key === key ? upload : refuse(`no upload ${id} of ${key}`);
  };
  const called = async (method: string, key: string): Promise<void> => {
    calls.push(`${method} ${key}`);
    await store.before(`${method} ${key}`);
  };

  const store: MemoryStore = {
    bucket: 'decks',
    stored,
    calls,
    before: () => undefined,
    openUploads: () => [...uploads.keys()],
    bodyOf: (key) => stored.get(key)?.body ?? refuse(`nothing under ${key}`),
    json: (key) => JSON.parse(store.bodyOf(key).toString('utf8')) as unknown,
    remove: (key) => void stored.delete(key),
    plant: (key, body) => {
      serial += 1;
      stored.set(key, {
        body,
        etag: `"planted-${serial}"`,
        description: { contentType: 'application/octet-stream' },
      });
    },
    head: async (key) => {
      await called('head', key);
      const found = stored.get(key);
      if (found === undefined) return undefined;
      const { body, etag, description } = found;
      const { contentType, metadata = {} } = description;
      return {
        bytes: body.length,
        etag,
        crc32: hasChecksums ? sum(body) : undefined,
        contentType,
        metadata,
      };
    },
    read: async (key) => {
      await called('read', key);
      const found = stored.get(key);
      return found === undefined ? undefined : { body: Buffer.from(found.body), etag: found.etag };
    },
    readStream: async (key) => {
      await called('readStream', key);
      const { body } = stored.get(key) ?? refuse(`nothing under ${key}`);
      return (async function* () {
        for (let at = 0; at < body.length; at += 1000) yield body.subarray(at, at + 1000);
      })();
    },
    put: async (key, body, crc, description, condition) => {
      await called('put', key);
      if (sum(body) !== crc) return refuse('checksum of the object does not match');
      return write(key, Buffer.from(body), description, condition);
    },
    createUpload: async (key, description) => {
      await called('createUpload', key);
      serial += 1;
      const id = `upload-${serial}`;
      uploads.set(id, { key, description, parts: new Map() });
      return id;
    },
    uploadPart: async (key, id, partNumber, body, crc) => {
      await called('uploadPart', key);
      // As a request does, this reads the buffer some time after the call.
      await Promise.resolve();
      if (sum(body) !== crc) return refuse('checksum of the part does not match');
      const etag = `"part-${id}-${partNumber}"`;
      uploadOf(key, id).parts.set(partNumber, { body: Buffer.from(body), etag });
      return { partNumber, etag, crc32: crc, bytes: body.length };
    },
    listParts: async (key, id) => {
      await called('listParts', key);
      const parts = uploads.get(id)?.parts;
      if (parts === undefined) return undefined;
      return [...parts]
        .toSorted(([a], [b]) => a - b)
        .map(([partNumber, { body, etag }]): UploadedPart => ({
          partNumber,
          etag,
          crc32: sum(body),
          bytes: body.length,
        }));
    },
    completeUpload: async (key, id, parts, whole, condition) => {
      await called('completeUpload', key);
      const upload = uploadOf(key, id);
      const bodies = parts.map(({ partNumber, etag }, index) => {
        const part = upload.parts.get(partNumber);
        if (part === undefined || part.etag !== etag)
          return refuse(`part ${partNumber} is not there`);
        if (index < parts.length - 1 && part.body.length < minPartBytes)
          return refuse(`part ${partNumber} is too small`);
        return part.body;
      });
      const body = Buffer.concat(bodies);
      if (body.length !== whole.bytes || sum(body) !== whole.crc32)
        return refuse('checksum of the whole does not match');
      const outcome = write(key, body, upload.description, condition);
      if (outcome.kind === 'stored') uploads.delete(id);
      return outcome;
    },
    abortUpload: async (key, id) => {
      calls.push(`abortUpload ${key}`);
      uploads.delete(id);
    },
  };
  return store;
};
