import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readFile, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { ObjectDescription, UploadedPart } from '../lambdas/contract/ports.ts';
import { unlessMissing, writeTemporary } from './folder-files.ts';
import { uploadPath } from './safe-path.ts';

const aboutSchema = z.object({
  key: z.string(),
  description: z.object({ contentType: z.string(), contentDisposition: z.string().optional() }),
});

const partSchema = z.object({
  partNumber: z.int(),
  etag: z.string(),
  crc32: z.string(),
  bytes: z.int(),
});

const isUploadId = (uploadId: string): boolean => /^[0-9a-f-]{36}$/.test(uploadId);

const partName = (partNumber: number): string => `part-${String(partNumber).padStart(5, '0')}`;

/** Uploads in parts: a hidden folder for each, gone once it is completed or aborted. */
export const createFolderUploads = (root: string) => {
  const begun = new Set<string>();

  const find = async (key: string, uploadId: string): Promise<ObjectDescription | undefined> => {
    if (!isUploadId(uploadId)) return undefined;
    const text = await unlessMissing(
      readFile(join(uploadPath(root, uploadId), 'about.json'), 'utf8'),
    );
    if (text === undefined) return undefined;
    const about = aboutSchema.parse(JSON.parse(text));
    if (about.key !== key) return undefined;
    const { contentType, contentDisposition } = about.description;
    return { contentType, ...(contentDisposition === undefined ? {} : { contentDisposition }) };
  };

  const place = async (
    uploadId: string,
    name: string,
    bytes: Uint8Array,
  ): Promise<{ etag: string; crc32: string }> => {
    const written = await writeTemporary(root, [bytes]);
    await rename(written.path, join(uploadPath(root, uploadId), name));
    return written;
  };

  return {
    /**
     * How the object is described that the upload will become; `undefined` where there is no such
     * upload.
     */
    find,

    async create(key: string, description: ObjectDescription): Promise<string> {
      const uploadId = randomUUID();
      begun.add(uploadId);
      await mkdir(uploadPath(root, uploadId), { recursive: true });
      await place(uploadId, 'about.json', Buffer.from(JSON.stringify({ key, description })));
      return uploadId;
    },

    /** Stores a part; a part of the same number is replaced. */
    async putPart(uploadId: string, partNumber: number, body: Buffer): Promise<UploadedPart> {
      const { etag, crc32 } = await place(uploadId, partName(partNumber), body);
      const part: UploadedPart = { partNumber, etag, crc32, bytes: body.byteLength };
      await place(uploadId, `${partName(partNumber)}.json`, Buffer.from(JSON.stringify(part)));
      return part;
    },

    async parts(uploadId: string): Promise<readonly UploadedPart[]> {
      const names = await readdir(uploadPath(root, uploadId));
      const notes = names.filter((name) => /^part-\d+\.json$/.test(name)).toSorted();
      return Promise.all(
        notes.map(async (name) =>
          partSchema.parse(
            JSON.parse(await readFile(join(uploadPath(root, uploadId), name), 'utf8')),
          ),
        ),
      );
    },

    /** The bytes of the parts, one after the other. */
    async *read(uploadId: string, parts: readonly UploadedPart[]): AsyncGenerator<Uint8Array> {
      for (const { partNumber } of parts) {
        yield* createReadStream(
          join(uploadPath(root, uploadId), partName(partNumber)),
        ) as AsyncIterable<Buffer>;
      }
    },

    async remove(uploadId: string): Promise<void> {
      begun.delete(uploadId);
      if (isUploadId(uploadId))
        await rm(uploadPath(root, uploadId), { recursive: true, force: true });
    },

    /** Removes what this process began and did not complete. */
    async clear(): Promise<void> {
      for (const uploadId of begun)
        await rm(uploadPath(root, uploadId), { recursive: true, force: true });
      begun.clear();
    },
  };
};
