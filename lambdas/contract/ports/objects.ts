import type { Tags } from '../tags.ts';

/** What S3 knows of a stored object. */
export interface ObjectHead {
  readonly bytes: number;
  readonly etag: string;
  /** Base64 CRC-32 of the whole object, where S3 has one. */
  readonly crc32: string | undefined;
  readonly contentType: string | undefined;
  /** What {@link ObjectDescription.metadata} said; absent where the store keeps none. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** How an object is stored. */
export interface ObjectDescription {
  readonly contentType: string;
  readonly contentDisposition?: string;
  /**
   * Notes that are stored beside the bytes: names in lower case, values in ASCII, 2 kB in all. A
   * store may drop them.
   */
  readonly metadata?: Readonly<Record<string, string>>;
  /** S3 object tags. A store may drop them. */
  readonly tags?: Tags;
}

/**
 * The condition of a write: only where nothing is stored under the key (`absent`), or only over the
 * very object that was seen (`etag`). A write that meets another state of affairs answers
 * `conflict` and stores nothing.
 */
export type WriteCondition = { readonly absent: true } | { readonly etag: string };

/**
 * What came of a conditional write.
 *
 * - `stored`: `crc32` is that of the whole object, as the store says it has it; absent where it does
 *   not say.
 * - `conflict`: another object is there than the condition says. What was sent may be sent again under
 *   another condition.
 * - `sendAgain`: another write to the key was under way at the same moment, or the upload is gone.
 *   Nothing is stored, and the parts of an upload cannot be put together any more.
 */
export type WriteOutcome =
  | { readonly kind: 'stored'; readonly etag: string; readonly crc32?: string }
  | { readonly kind: 'conflict' }
  | { readonly kind: 'sendAgain' };

/** One part of a multipart upload. */
export interface UploadedPart {
  readonly partNumber: number;
  readonly etag: string;
  readonly crc32: string;
  readonly bytes: number;
}

/**
 * The bucket. Every method throws `StorageFailed` (an `ArchiverError`) once the store does not
 * answer after retries. CRC-32 values are base64 of the big-endian number, S3's own spelling; the
 * store refuses bytes that do not match.
 */
export interface ObjectStore {
  readonly bucket: string;
  head(key: string): Promise<ObjectHead | undefined>;
  /** A whole small object (a manifest). */
  read(key: string): Promise<{ body: Buffer; etag: string } | undefined>;
  /** The object's bytes as a stream, to hash what is stored. */
  readStream(key: string): Promise<AsyncIterable<Uint8Array>>;
  put(
    key: string,
    body: Buffer,
    crc32: string,
    description: ObjectDescription,
    condition: WriteCondition,
  ): Promise<WriteOutcome>;
  createUpload(key: string, description: ObjectDescription): Promise<string>;
  uploadPart(
    key: string,
    uploadId: string,
    partNumber: number,
    body: Buffer,
    crc32: string,
  ): Promise<UploadedPart>;
  /** The parts stored so far, in order; `undefined` where the upload is gone. */
  listParts(key: string, uploadId: string): Promise<readonly UploadedPart[] | undefined>;
  completeUpload(
    key: string,
    uploadId: string,
    parts: readonly UploadedPart[],
    whole: { bytes: number; crc32: string },
    condition: WriteCondition,
  ): Promise<WriteOutcome>;
  /** Never throws: what cannot be aborted is cleared by the bucket's lifecycle rule. */
  abortUpload(key: string, uploadId: string): Promise<void>;
}
