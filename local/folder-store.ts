import { createReadStream } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { crc32 as crc32Of } from 'node:zlib';
import { ArchiverError } from '../lambdas/contract/error-codes.ts';
import type {
  ObjectDescription,
  ObjectStore,
  WriteCondition,
  WriteOutcome,
} from '../lambdas/contract/ports.ts';
import {
  crc32Text,
  fileErrorCode,
  putInPlace,
  readNotes,
  temporaryFolder,
  unlessMissing,
  writeTemporary,
} from './folder-files.ts';
import { createFolderUploads } from './folder-uploads.ts';
import { createKeyedLock } from './keyed-lock.ts';
import { assertReallyInside, pathOfKey } from './safe-path.ts';

/** A bucket that is a folder on this machine. */
export interface FolderStore extends ObjectStore {
  /** Where an object's file lies. */
  filePath(key: string): string;
  /** Removes what was begun and not finished. */
  clear(): Promise<void>;
}

const isMet = (condition: WriteCondition, etag: string | undefined): boolean =>
  'absent' in condition ? etag === undefined : condition.etag === etag;

/** Whatever the file system says becomes the one error that callers of a store expect. */
const stored = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ArchiverError) throw error;
    const reason =
      fileErrorCode(error) ?? (error instanceof Error ? error.message : 'unknown error');
    throw new ArchiverError('StorageFailed', `${what} failed: ${reason}`, { cause: error });
  }
};

/** How far the object may differ from what was announced: not at all. */
const assertSame = (key: string, expected: string, found: string): void => {
  if (expected !== found)
    throw new ArchiverError(
      'StorageFailed',
      `"${key}": the bytes have CRC-32 ${found} instead of ${expected}`,
    );
};

/**
 * An object store over a folder. A file appears under its name only once it is whole; notes about
 * it (content type, checksum) and unfinished uploads lie in a hidden folder. Conditions hold within
 * this process, `absent` also between processes.
 *
 * @param folder made where it is not there
 */
export const createFolderStore = (folder: string): FolderStore => {
  const root = resolve(folder);
  const uploads = createFolderUploads(root);
  const locked = createKeyedLock();

  const finish = (
    key: string,
    written: Awaited<ReturnType<typeof writeTemporary>>,
    description: ObjectDescription,
    condition: WriteCondition,
  ): Promise<WriteOutcome> =>
    locked(key, async () => {
      const isFree = isMet(condition, (await readNotes(root, key))?.etag);
      if (isFree && (await putInPlace(root, key, written, description, 'absent' in condition)))
        return { kind: 'stored', etag: written.etag };
      await rm(written.path, { force: true });
      return { kind: 'conflict' };
    });

  const find = async (key: string, uploadId: string): Promise<ObjectDescription> => {
    const description = await uploads.find(key, uploadId);
    if (description === undefined)
      throw new ArchiverError('StorageFailed', `"${key}": there is no upload ${uploadId}`);
    return description;
  };

  const insidePath = async (key: string): Promise<string> => {
    const path = pathOfKey(root, key);
    await mkdir(root, { recursive: true });
    await assertReallyInside(root, path);
    return path;
  };

  return {
    bucket: basename(root) || 'files',
    filePath: (key) => pathOfKey(root, key),

    head: (key) =>
      stored(`looking at "${key}"`, async () => {
        await insidePath(key);
        const notes = await readNotes(root, key);
        return notes === undefined
          ? undefined
          : {
              bytes: notes.bytes,
              etag: notes.etag,
              crc32: notes.crc32,
              contentType: notes.contentType,
            };
      }),

    read: (key) =>
      stored(`reading "${key}"`, async () => {
        const path = await insidePath(key);
        return locked(key, async () => {
          const notes = await readNotes(root, key);
          const body = notes === undefined ? undefined : await unlessMissing(readFile(path));
          return notes === undefined || body === undefined ? undefined : { body, etag: notes.etag };
        });
      }),

    readStream: (key) =>
      stored(`reading "${key}"`, async () => {
        const path = await insidePath(key);
        if ((await readNotes(root, key)) === undefined)
          throw new ArchiverError('StorageFailed', `"${key}" is not stored`);
        return createReadStream(path);
      }),

    put: (key, body, crc32, description, condition) =>
      stored(`storing "${key}"`, async () => {
        await insidePath(key);
        assertSame(key, crc32, crc32Text(crc32Of(body)));
        return finish(key, await writeTemporary(root, [body]), description, condition);
      }),

    createUpload: (key, description) =>
      stored(`storing "${key}"`, async () => {
        await insidePath(key);
        return uploads.create(key, description);
      }),

    uploadPart: (key, uploadId, partNumber, body, crc32) =>
      stored(`storing part ${partNumber} of "${key}"`, async () => {
        await find(key, uploadId);
        assertSame(key, crc32, crc32Text(crc32Of(body)));
        return uploads.putPart(uploadId, partNumber, body);
      }),

    listParts: (key, uploadId) =>
      stored(`listing the parts of "${key}"`, async () =>
        (await uploads.find(key, uploadId)) === undefined ? undefined : uploads.parts(uploadId),
      ),

    completeUpload: (key, uploadId, parts, whole, condition) =>
      stored(`storing "${key}"`, async () => {
        const description = await find(key, uploadId);
        const known = new Map(
          (await uploads.parts(uploadId)).map((part) => [part.partNumber, part.etag]),
        );
        const wrong = parts.find(
          ({ partNumber, etag }, index) =>
            known.get(partNumber) !== etag || partNumber <= (parts[index - 1]?.partNumber ?? 0),
        );
        if (wrong !== undefined || parts.length === 0)
          throw new ArchiverError(
            'StorageFailed',
            `"${key}": the list of parts is not the one stored`,
          );

        const written = await writeTemporary(root, uploads.read(uploadId, parts));
        if (written.bytes !== whole.bytes || written.crc32 !== whole.crc32)
          await rm(written.path, { force: true });
        assertSame(
          key,
          `${whole.crc32} over ${whole.bytes} bytes`,
          `${written.crc32} over ${written.bytes} bytes`,
        );
        const outcome = await finish(key, written, description, condition);
        if (outcome.kind === 'stored') await uploads.remove(uploadId);
        return outcome;
      }),

    abortUpload: async (_key, uploadId) => {
      await uploads.remove(uploadId).catch(() => undefined);
    },

    clear: async () => {
      await uploads.clear();
      await rm(temporaryFolder(root), { recursive: true, force: true });
    },
  };
};
