import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { link, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';
import * as z from 'zod';
import type { ObjectDescription } from '../lambdas/contract/ports.ts';
import { readJson } from './read-json.ts';
import { assertReallyInside, hiddenFolder, notesPath, pathOfKey } from './safe-path.ts';

/** What is noted about an object beside its file. */
const notesSchema = z.object({
  bytes: z.int(),
  /**
   * The file's time of change when the notes were taken: an edit of the file makes the notes
   * void.
   */
  changedAt: z.number(),
  etag: z.string(),
  crc32: z.string(),
  contentType: z.string().optional(),
  contentDisposition: z.string().optional(),
});

/** See {@link notesSchema}. */
export type Notes = z.infer<typeof notesSchema>;

/** S3's spelling of a CRC-32: base64 of the big-endian number. */
export const crc32Text = (value: number): string => {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32BE(value >>> 0);
  return buffer.toString('base64');
};

/** The error code of a file system error. */
export const fileErrorCode = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;

/** `undefined` where the file is not there. */
export const unlessMissing = async <T>(work: Promise<T>): Promise<T | undefined> => {
  try {
    return await work;
  } catch (error) {
    if (fileErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
};

/** Where this process writes what is not whole yet: another may work in the same folder. */
export const temporaryFolder = (root: string): string =>
  join(root, hiddenFolder, 'temporary', String(process.pid));

/** Writes a file under a name of its own in the hidden folder; measures it on the way. */
export const writeTemporary = async (
  root: string,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<{ path: string; bytes: number; crc32: string; etag: string }> => {
  const path = join(temporaryFolder(root), randomUUID());
  await mkdir(dirname(path), { recursive: true });
  const file = await open(path, 'wx');
  const hash = createHash('md5');
  let bytes = 0;
  let checksum = 0;
  try {
    for await (const chunk of chunks) {
      await file.writeFile(chunk);
      bytes += chunk.byteLength;
      checksum = crc32(chunk, checksum);
      hash.update(chunk);
    }
    await file.sync();
  } catch (error) {
    await file.close();
    await rm(path, { force: true });
    throw error;
  }
  await file.close();
  return { path, bytes, crc32: crc32Text(checksum), etag: `"${hash.digest('hex')}"` };
};

const measure = async (path: string): Promise<Pick<Notes, 'crc32' | 'etag'>> => {
  const hash = createHash('md5');
  let checksum = 0;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    checksum = crc32(chunk, checksum);
    hash.update(chunk);
  }
  return { crc32: crc32Text(checksum), etag: `"${hash.digest('hex')}"` };
};

/**
 * What is known of the object under a key. The file decides: where it was changed from outside
 * since, it is measured anew.
 */
export const readNotes = async (root: string, key: string): Promise<Notes | undefined> => {
  const path = pathOfKey(root, key);
  await assertReallyInside(root, path);
  const file = await unlessMissing(stat(path));
  if (file === undefined || !file.isFile()) return undefined;
  const text = await unlessMissing(readFile(notesPath(root, key), 'utf8'));
  const notes = readJson(notesSchema, text);
  if (notes !== undefined && notes.bytes === file.size && notes.changedAt === file.mtimeMs)
    return notes;
  return { bytes: file.size, changedAt: file.mtimeMs, ...(await measure(path)) };
};

/**
 * What file systems without hard links answer to a link; there the lock of this process has to do.
 */
const withoutLinks: readonly string[] = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'];

/** What of a description is noted. */
const described = ({
  contentType,
  contentDisposition,
}: ObjectDescription): Pick<Notes, 'contentType' | 'contentDisposition'> => ({
  contentType,
  ...(contentDisposition === undefined ? {} : { contentDisposition }),
});

/**
 * Gives a temporary file its name. With `onlyIfAbsent` the file system itself decides, so that two
 * processes cannot both win.
 *
 * @returns whether it was done
 */
export const putInPlace = async (
  root: string,
  key: string,
  written: Awaited<ReturnType<typeof writeTemporary>>,
  description: ObjectDescription,
  onlyIfAbsent: boolean,
): Promise<boolean> => {
  const path = pathOfKey(root, key);
  await assertReallyInside(root, path);
  await mkdir(dirname(path), { recursive: true });
  if (onlyIfAbsent) {
    try {
      await link(written.path, path);
      await rm(written.path, { force: true });
    } catch (error) {
      const code = fileErrorCode(error) ?? '';
      if (code === 'EEXIST') return false;
      if (!withoutLinks.includes(code)) throw error;
      await rename(written.path, path);
    }
  } else {
    await rename(written.path, path);
  }
  const { mtimeMs: changedAt } = await stat(path);
  const { bytes, crc32, etag } = written;
  const notes: Notes = { bytes, changedAt, etag, crc32, ...described(description) };
  const target = notesPath(root, key);
  await mkdir(dirname(target), { recursive: true });
  const temporary = await writeTemporary(root, [Buffer.from(JSON.stringify(notes))]);
  await rename(temporary.path, target);
  return true;
};
