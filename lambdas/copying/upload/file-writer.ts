import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { ArchiverError } from '../../contract/error-codes.ts';
import type { ObjectDescription, ObjectStore, UploadedPart } from '../../contract/ports.ts';
import { crc32OfBoth, crc32Text, sumsOf, type Sums } from './checksums.ts';
import { returnBuffer, takeBuffer } from './part-buffers.ts';
import { createPartUploads } from './part-upload.ts';
import { checkWritten, writeOnce, type ObjectSums, type WriteResult } from './stored-object.ts';

/**
 * Bytes of a part: less would be more requests, each with its own work on both sides, more would be
 * more memory.
 */
export const usualPartBytes = 12 * 1024 * 1024;

/**
 * Bytes of the largest file that goes as one write, and of the first part: what is longer is sent
 * while the rest arrives.
 */
export const singleWriteBytes = 8 * 1024 * 1024;

/** Parts that an upload can have (Amazon S3, Multipart upload limits). */
const maxParts = 10_000;

/** Bytes of a part such that a file of the given size fits into one upload. */
export const partBytesFor = (maxBytes: number): number =>
  Math.max(usualPartBytes, Math.ceil(maxBytes / maxParts));

/** Parts of an upload that are stored, with the CRC-32 of all their bytes. */
export interface StoredParts {
  readonly uploadId: string;
  readonly bytes: number;
  readonly crc32: number;
  readonly parts: readonly UploadedPart[];
}

/**
 * What came of storing a file. `sendAgain`: another write to its key was under way at the same
 * moment, so that nothing is stored and all of it has to be sent again.
 */
export type FileStored =
  | { readonly kind: 'stored'; readonly sums: Sums; readonly etag: string }
  | { readonly kind: 'sendAgain' };

/** Writes one file to S3: a small one as one object, a larger one in parts. */
export interface FileWriter {
  /** Bytes of the file so far, those of earlier invocations included. */
  writtenBytes(): number;
  write(bytes: Uint8Array): Promise<void>;
  /** Stores what was written, verified. @throws StorageFailed */
  finish(): Promise<FileStored>;
  /**
   * Stops for now: all full parts are stored, the rest is forgotten. `undefined` where nothing is
   * kept. @throws StorageFailed
   */
  suspend(): Promise<Omit<StoredParts, 'parts'> | undefined>;
  /**
   * As {@link suspend}, but the last part, too, is stored although it is not full: nothing may
   * follow it.
   */
  suspendWhole(): Promise<Omit<StoredParts, 'parts'> | undefined>;
  /** Gives up: what was stored is deleted. */
  discard(): Promise<void>;
}

/** See {@link createFileWriter}. */
export interface FileWriterOptions {
  readonly objects: ObjectStore;
  readonly key: string;
  readonly description: ObjectDescription;
  readonly partBytes: number;
  /** Parts that an earlier invocation stored; the first byte written follows them. */
  readonly resume?: StoredParts | undefined;
}

/**
 * Starts writing a file. The upload is opened when the first part is full. SHA-256 cannot be
 * carried from one invocation to the next, so a resumed file is read back from S3 once it is
 * complete, which also proves what is stored.
 */
export const createFileWriter = ({
  objects,
  key,
  description,
  partBytes,
  resume,
}: FileWriterOptions): FileWriter => {
  const hash = createHash('sha256');
  let uploadId = resume?.uploadId;
  let sealed = { bytes: resume?.bytes ?? 0, crc32: resume?.crc32 ?? 0 };
  let partNumber = resume?.parts.length ?? 0;
  let current: Buffer | undefined;
  let filled = 0;
  /**
   * CRC-32 of the part that is being filled: taken while its bytes are at hand, and the network is
   * waited for.
   */
  let filledCrc32 = 0;

  const uploads = createPartUploads({
    upload: async (number, body, sum) =>
      objects.uploadPart(key, uploadId ?? '', number, body, crc32Text(sum)),
  });

  /** Bytes of the part that is being filled, once it is full. */
  const fullBytes = (): number =>
    partNumber === 0 ? Math.min(singleWriteBytes, partBytes) : partBytes;

  /** The next byte is the first of another part. */
  const forget = (): void => {
    current = undefined;
    filled = 0;
    filledCrc32 = 0;
  };

  /** What is in the part that is being filled is not needed any more. */
  const empty = (): void => {
    if (current !== undefined) returnBuffer(current);
    forget();
  };

  const seal = async (): Promise<void> => {
    if (current === undefined || filled === 0) return;
    uploadId ??= await objects.createUpload(key, description);
    partNumber += 1;
    await uploads.send(partNumber, current, filled, filledCrc32);
    sealed = {
      bytes: sealed.bytes + filled,
      crc32: crc32OfBoth(sealed.crc32, filledCrc32, filled),
    };
    forget();
  };

  const kept = async (): Promise<Omit<StoredParts, 'parts'> | undefined> => {
    empty();
    await uploads.settle();
    return uploadId === undefined ? undefined : { uploadId, ...sealed };
  };

  const readBack = async (whole: ObjectSums): Promise<Sums> => {
    const stored = await sumsOf(await objects.readStream(key));
    if (stored.bytes === whole.bytes && stored.crc32 === whole.crc32) return stored;
    throw new ArchiverError(
      'StorageFailed',
      `"${key}" was read back with other bytes than were written`,
    );
  };

  /** The sums of what a write has led to. */
  const settled = async (
    result: WriteResult,
    whole: ObjectSums,
    sha256: string | undefined,
  ): Promise<FileStored> => {
    switch (result.kind) {
      case 'sendAgain':
        return result;
      case 'kept':
        return {
          kind: 'stored',
          sums: { ...whole, sha256: result.sha256 },
          etag: result.etag,
        };
      case 'stored': {
        await checkWritten({ objects, key, expected: whole }, result);
        const sums = sha256 === undefined ? await readBack(whole) : { ...whole, sha256 };
        return { kind: 'stored', sums, etag: result.etag };
      }
    }
  };

  const finishUpload = async (id: string): Promise<FileStored> => {
    await seal();
    const whole = { bytes: sealed.bytes, crc32: crc32Text(sealed.crc32) };
    // A resumed file is hashed when it is read back.
    const sha256 = resume === undefined ? hash.digest('hex') : undefined;
    const expected = { ...whole, ...(sha256 === undefined ? {} : { sha256 }) };
    const parts = [...(resume?.parts ?? []), ...(await uploads.settle())];
    const result = await writeOnce({ objects, key, expected, description }, async (condition) =>
      objects.completeUpload(key, id, parts, whole, condition),
    );
    // The parts are not needed, and would be paid for.
    if (result.kind !== 'stored') await objects.abortUpload(key, id);
    return settled(result, whole, sha256);
  };

  const finishWhole = async (): Promise<FileStored> => {
    const body = (current ?? Buffer.alloc(0)).subarray(0, filled);
    const whole = { bytes: filled, crc32: crc32Text(filledCrc32) };
    const sha256 = hash.digest('hex');
    const expected = { ...whole, sha256 };
    const result = await writeOnce({ objects, key, expected, description }, async (condition) =>
      objects.put(key, body, whole.crc32, description, condition),
    );
    empty();
    return settled(result, whole, sha256);
  };

  return {
    writtenBytes: () => sealed.bytes + filled,

    write: async (bytes) => {
      let rest = bytes;
      while (rest.length > 0) {
        // A full part is sent only when more follows: a file of exactly one part goes as one write.
        if (filled === fullBytes()) await seal();
        current ??= takeBuffer(partBytes);
        const piece = rest.subarray(0, fullBytes() - filled);
        current.set(piece, filled);
        filled += piece.length;
        filledCrc32 = crc32(piece, filledCrc32);
        if (resume === undefined) hash.update(piece);
        rest = rest.subarray(piece.length);
      }
    },

    finish: async () => (uploadId === undefined ? finishWhole() : finishUpload(uploadId)),

    suspend: async () => {
      if (filled === fullBytes()) await seal();
      return kept();
    },

    suspendWhole: async () => {
      await seal();
      return kept();
    },

    discard: async () => {
      // Not given back: a write of it that failed may not have let go of it.
      current = undefined;
      await uploads.drain();
      if (uploadId !== undefined) await objects.abortUpload(key, uploadId);
    },
  };
};
