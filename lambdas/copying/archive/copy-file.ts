import type { Problem } from '../../contract/error-codes.ts';
import { ArchiverError } from '../../contract/error-codes.ts';
import type { Generation } from '../../contract/generation.ts';
import { exportKey } from '../../contract/keys.ts';
import type { Clock, ObjectStore, OpenLink, Random } from '../../contract/ports.ts';
import type { OpenUpload, StoredArtifact } from '../../contract/state.ts';
import type { LinkOutcome } from '../download/download-steps.ts';
import { exportSteps } from '../download/export-steps.ts';
import { contentTypes } from '../formats.ts';
import { dispositionOf, fileNameOf } from '../upload/file-name.ts';
import { partBytesFor } from '../upload/file-writer.ts';
import { storeExport, type ResumedUpload } from '../upload/store-export.ts';
import type { Slot } from './export-slots.ts';
import { metadataOf, storedArtifact } from './kept-file.ts';

/** What copying a file needs. */
export interface CopyFileOptions {
  readonly objects: ObjectStore;
  readonly openLink: OpenLink;
  readonly clock: Clock;
  readonly random: Random;
  readonly keyPrefix: string;
  readonly maxBytes: number;
  readonly stopAt: number;
  readonly generation: Generation;
  readonly title?: string | undefined;
  /** ARN of the execution: what it stores carries it, see `kept-file.ts`. */
  readonly execution: string;
  readonly freshLink: (slotId: string) => Promise<LinkOutcome>;
}

/** What came of one file; see the outcomes of storing it. */
export type FileOutcome =
  | { readonly kind: 'stored'; readonly artifact: StoredArtifact }
  | { readonly kind: 'failed'; readonly problem: Problem }
  | { readonly kind: 'more'; readonly open: OpenUpload }
  | { readonly kind: 'outOfTime'; readonly problem: Problem };

/**
 * The parts of an interrupted upload, up to where its CRC-32 is known: S3's list is the truth, and
 * parts beyond (of an invocation that was cut off) are sent again. `undefined` where the upload is
 * gone or does not fit: then it starts over.
 */
const resumedUpload = async (
  objects: ObjectStore,
  open: OpenUpload,
): Promise<ResumedUpload | undefined> => {
  const listed = await objects.listParts(open.key, open.uploadId);
  if (listed === undefined) return undefined;
  let bytes = 0;
  const parts = listed.filter((part, index) => {
    if (part.partNumber !== index + 1 || bytes >= open.bytes) return false;
    bytes += part.bytes;
    return true;
  });
  if (bytes === open.bytes)
    return { open, stored: { uploadId: open.uploadId, bytes, crc32: open.crc32, parts } };
  await objects.abortUpload(open.key, open.uploadId);
  return undefined;
};

const copy = async (
  slot: Slot,
  open: OpenUpload | undefined,
  options: CopyFileOptions,
): Promise<FileOutcome> => {
  const { objects, clock, stopAt, keyPrefix, maxBytes, generation, title, execution, freshLink } =
    options;
  const { file, variant } = slot;
  const resume = open === undefined ? undefined : await resumedUpload(objects, open);
  const steps = exportSteps({
    openLink: options.openLink,
    clock,
    random: options.random,
    link: file.url,
    freshLink: async () => freshLink(slot.id),
    maxBytes,
    stopAt,
    declaredFormat: file.format,
    declaredBytes: file.bytes,
    ...(resume === undefined
      ? {}
      : {
          resumedFormat: resume.open.format,
          resume: { ...resume.open, offset: resume.open.bytes },
        }),
  });
  const fileName = fileNameOf({ ...generation, title, link: file.url, variant });
  const outcome = await storeExport(steps, {
    objects,
    clock,
    stopAt,
    partBytes: partBytesFor(maxBytes),
    resume,
    destination: (format, host) => ({
      key: exportKey(keyPrefix, generation, format, variant),
      fileName,
      description: {
        contentType: contentTypes[format],
        contentDisposition: dispositionOf(fileName, format),
        metadata: metadataOf({ execution, host }),
      },
    }),
  });
  if (outcome.kind !== 'stored') return outcome;
  const { key, format, sums, host } = outcome;
  return {
    kind: 'stored',
    artifact: storedArtifact(objects.bucket, { key, format, variant, sums, host }),
  };
};

/**
 * Copies one exported file into the bucket, verified.
 *
 * @param open the upload in which an earlier invocation stopped
 */
export const copyFile = async (
  slot: Slot,
  open: OpenUpload | undefined,
  options: CopyFileOptions,
): Promise<FileOutcome> => {
  try {
    return await copy(slot, open, options);
  } catch (error) {
    if (error instanceof ArchiverError)
      return { kind: 'failed', problem: { code: error.code, message: error.message } };
    throw error;
  }
};
