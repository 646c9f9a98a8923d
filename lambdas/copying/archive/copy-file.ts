import type { OpenUpload, StoredArtifact } from '../../contract/copy-state.ts';
import type { Problem } from '../../contract/error-codes.ts';
import { ArchiverError } from '../../contract/error-codes.ts';
import type { Generation } from '../../contract/generation.ts';
import { exportKey } from '../../contract/keys.ts';
import type { Clock, ObjectStore, OpenLink, Random } from '../../contract/ports.ts';
import { pauseAfter, type Backoff } from '../../polling/backoff.ts';
import type { LinkOutcome } from '../download/download-steps.ts';
import { exportSteps } from '../download/export-steps.ts';
import { contentTypes } from '../formats.ts';
import { dispositionOf, fileNameOf } from '../upload/file-name.ts';
import { partBytesFor } from '../upload/file-writer.ts';
import { storeExport, type ResumedUpload, type StoreOutcome } from '../upload/store-export.ts';
import { tagged } from '../upload/tagged.ts';
import type { OfferedFile } from './offered-files.ts';
import { metadataOf, storedArtifact } from './stored-earlier.ts';

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
  /** ARN of the execution: what it stores carries it, see `stored-earlier.ts`. */
  readonly execution: string;
  readonly freshLink: (fileId: string) => Promise<LinkOutcome>;
}

/** What came of one file; see the outcomes of storing it. */
export type FileOutcome =
  | { readonly kind: 'stored'; readonly artifact: StoredArtifact }
  | Exclude<StoreOutcome, { kind: 'stored' | 'sendAgain' }>;

/** What an earlier invocation has done for a file. */
export interface FileBefore {
  /** The upload in which it stopped. */
  readonly open?: OpenUpload | undefined;
  /** Since when the file is waited for, in milliseconds of the clock. */
  readonly lateSince?: number | undefined;
}

/** Times that a file is sent whose write meets another one, the first included. */
const maxSends = 3;

/** Pauses before it is sent again: the other write is over by then. */
const meeting: Backoff = { firstMilliseconds: 2000, longestMilliseconds: 8000 };

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

/** Copies the file once, over as many connections as it takes. */
const send = async (
  file: OfferedFile,
  { open, lateSince }: FileBefore,
  options: CopyFileOptions,
): Promise<StoreOutcome> => {
  const { objects, clock, stopAt, keyPrefix, maxBytes, generation, title, execution } = options;
  const { id, url, variant } = file;
  const resume = open === undefined ? undefined : await resumedUpload(objects, open);
  const steps = exportSteps({
    openLink: options.openLink,
    clock,
    random: options.random,
    link: url,
    freshLink: async () => options.freshLink(id),
    maxBytes,
    stopAt,
    lateSince,
    declaredFormat: file.format,
    declaredBytes: file.bytes,
    ...(resume === undefined
      ? {}
      : {
          resumedFormat: resume.open.format,
          resume: { ...resume.open, offset: resume.open.bytes },
        }),
  });
  const fileName = fileNameOf({ ...generation, title, link: url, variant });
  return storeExport(steps, {
    objects,
    clock,
    stopAt,
    partBytes: partBytesFor(maxBytes),
    resume,
    destination: (format, host) => ({
      key: exportKey(keyPrefix, generation, format, variant),
      fileName,
      description: tagged(
        {
          contentType: contentTypes[format],
          contentDisposition: dispositionOf(fileName, format),
          metadata: metadataOf({ execution, host }),
        },
        generation.tags,
      ),
    }),
  });
};

const copy = async (
  file: OfferedFile,
  before: FileBefore,
  options: CopyFileOptions,
): Promise<FileOutcome> => {
  const { objects, clock, random, stopAt } = options;
  let outcome = await send(file, before, options);
  for (let sends = 1; outcome.kind === 'sendAgain'; sends += 1) {
    const problem: Problem = {
      code: 'StorageFailed',
      message: `its key was written by others at the same moment, ${sends} times; start the generation again`,
    };
    if (sends === maxSends) return { kind: 'failed', problem };
    const pause = pauseAfter(sends, meeting, random);
    if (clock.now() + pause >= stopAt) return { kind: 'outOfTime', problem };
    await clock.sleep(pause);
    outcome = await send(file, {}, options);
  }
  if (outcome.kind !== 'stored') return outcome;
  const { key, format, sums, etag, host } = outcome;
  const { variant } = file;
  return {
    kind: 'stored',
    artifact: storedArtifact(objects.bucket, { key, format, variant, sums, etag, host }),
  };
};

/**
 * Since when a file is waited for: what came of it counts only where it is kept, so that a host which
 * begins again and again is not waited for without an end.
 */
const lateAsBefore = (outcome: FileOutcome, { open, lateSince }: FileBefore): FileOutcome =>
  outcome.kind === 'late' && (outcome.open?.bytes ?? 0) <= (open?.bytes ?? 0)
    ? { ...outcome, since: Math.min(lateSince ?? Infinity, outcome.since) }
    : outcome;

/** Copies one exported file into the bucket, verified. */
export const copyFile = async (
  file: OfferedFile,
  before: FileBefore,
  options: CopyFileOptions,
): Promise<FileOutcome> => {
  try {
    return lateAsBefore(await copy(file, before, options), before);
  } catch (error) {
    if (error instanceof ArchiverError)
      return { kind: 'failed', problem: { code: error.code, message: error.message } };
    throw error;
  }
};
