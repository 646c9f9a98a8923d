import type { OpenUpload } from '../../contract/copy-state.ts';
import type { Problem } from '../../contract/error-codes.ts';
import type { Clock, ObjectDescription, ObjectStore } from '../../contract/ports.ts';
import type { DownloadEnd } from '../download/download-steps.ts';
import type { FileInfo } from '../download/download-verdict.ts';
import type { ExportStep } from '../download/export-steps.ts';
import type { FileFormat } from '../formats.ts';
import type { Sums } from './checksums.ts';
import { createFileWriter, type FileWriter, type StoredParts } from './file-writer.ts';

/** What came of storing an export. */
export type StoreOutcome =
  | {
      readonly kind: 'stored';
      readonly key: string;
      readonly format: FileFormat;
      readonly sums: Sums;
      readonly etag: string;
      readonly host: string;
    }
  | { readonly kind: 'failed'; readonly problem: Problem }
  /** Another write met this one, and nothing is stored: all of the file has to be sent again. */
  | { readonly kind: 'sendAgain' }
  /** The file is not there yet; what came of it before is kept in `open`. */
  | {
      readonly kind: 'late';
      readonly since: number;
      readonly waitMilliseconds: number;
      readonly open?: OpenUpload;
    }
  /** The time is up, and the next invocation can go on. */
  | { readonly kind: 'more'; readonly open: OpenUpload }
  /** The time is up, and nothing of it can be kept. */
  | { readonly kind: 'outOfTime'; readonly problem: Problem };

/** Where a file goes. */
export interface Destination {
  readonly key: string;
  readonly fileName: string;
  readonly description: ObjectDescription;
}

/** An upload of an earlier invocation, with its parts as S3 lists them. */
export interface ResumedUpload {
  readonly open: OpenUpload;
  readonly stored: StoredParts;
}

/** See {@link storeExport}. */
export interface StoreOptions {
  readonly objects: ObjectStore;
  readonly clock: Clock;
  readonly stopAt: number;
  readonly partBytes: number;
  readonly destination: (format: FileFormat, host: string) => Destination;
  readonly resume?: ResumedUpload | undefined;
}

/**
 * Bytes per millisecond (50 MB/s) at which a resumed file is read back to hash it: half of what
 * Lambda gets from S3.
 */
const readBackRate = 50_000;

/** A file on its way, from the `begin` of its download on. */
interface Current {
  readonly writer: FileWriter;
  readonly info: FileInfo;
  readonly format: FileFormat;
  readonly destination: Destination;
  readonly isResumed: boolean;
}

const outOfTime = (reason: string): StoreOutcome => ({
  kind: 'outOfTime',
  problem: {
    code: 'DownloadFailed',
    message: `the file could not be copied in the time of one invocation: ${reason}`,
  },
});

const openUploadOf = (
  { destination, format, info }: Current,
  kept: Omit<StoredParts, 'parts'>,
  validator: string,
): OpenUpload => ({
  key: destination.key,
  uploadId: kept.uploadId,
  bytes: kept.bytes,
  crc32: kept.crc32,
  validator,
  ...(info.totalBytes === undefined ? {} : { totalBytes: info.totalBytes }),
  format,
  fileName: destination.fileName,
});

/**
 * Stores an export while it downloads. When the time is up it stops at a part boundary and tells
 * where, so that the next invocation can go on at that byte; a server that gave no strong validator
 * cannot be trusted to go on with the same file, and a resumed file that had to start over is not
 * carried a second time, so that a copy always comes to an end.
 *
 * @throws StorageFailed, after aborting the upload
 */
export const storeExport = async (
  steps: AsyncIterable<ExportStep>,
  options: StoreOptions,
): Promise<StoreOutcome> => {
  const { objects, clock, stopAt, partBytes, resume } = options;
  let current: Current | undefined;

  const discard = async (): Promise<void> => {
    if (current !== undefined) await current.writer.discard();
    else if (resume !== undefined) await objects.abortUpload(resume.open.key, resume.open.uploadId);
  };

  const giveUp = async (reason: string): Promise<StoreOutcome> => {
    await discard();
    return outOfTime(reason);
  };

  const begin = async ({
    offset,
    info,
    format,
  }: Extract<ExportStep, { kind: 'begin' }>): Promise<Current> => {
    const isResumed = offset > 0 && resume !== undefined;
    if (!isResumed) await discard();
    const destination = options.destination(format, info.host);
    const { key, description } = isResumed ? { ...destination, key: resume.open.key } : destination;
    const writer = createFileWriter({
      objects,
      key,
      description,
      partBytes,
      resume: isResumed ? resume.stored : undefined,
    });
    return { writer, info, format, destination: { ...destination, key }, isResumed };
  };

  /** The time is up before anything of the file came. */
  const wait = (problem: Problem): StoreOutcome =>
    resume === undefined ? { kind: 'outOfTime', problem } : { kind: 'more', open: resume.open };

  /** The time is up: what is kept of the file, or why nothing is. */
  const suspend = async (from: Current, isWhole: boolean): Promise<StoreOutcome> => {
    const { writer, info, isResumed } = from;
    if (info.validator === undefined) return giveUp('its server cannot go on with a part of it');
    if (resume !== undefined && !isResumed)
      return giveUp('its server did not go on with it, or has changed it');
    const kept = isWhole ? await writer.suspendWhole() : await writer.suspend();
    if (kept === undefined) return giveUp('its server is too slow');
    const open = openUploadOf(from, kept, info.validator);
    return { kind: 'more', open: isWhole ? { ...open, totalBytes: kept.bytes } : open };
  };

  /** The file is not there (any more) in the middle of its download: full parts are kept where they can be. */
  const lateness = async (
    { since, waitMilliseconds }: Extract<DownloadEnd, { kind: 'late' }>,
    from: Current | undefined,
  ): Promise<StoreOutcome> => {
    const late = { kind: 'late', since, waitMilliseconds } as const;
    if (from === undefined) return resume === undefined ? late : { ...late, open: resume.open };
    const suspended = await suspend(from, false);
    return suspended.kind === 'more' ? { ...late, open: suspended.open } : late;
  };

  const finish = async (from: Current): Promise<StoreOutcome> => {
    const { writer, info, format, destination, isResumed } = from;
    // An invocation that had only this left to do must do it, whatever the time.
    const hasWritten = writer.writtenBytes() > (resume?.stored.bytes ?? 0);
    const hashedAt = clock.now() + writer.writtenBytes() / readBackRate;
    if (isResumed && hasWritten && hashedAt >= stopAt) return suspend(from, true);
    const stored = await writer.finish();
    if (stored.kind === 'sendAgain') return stored;
    const { sums, etag } = stored;
    return { kind: 'stored', key: destination.key, format, sums, etag, host: info.host };
  };

  try {
    for await (const step of steps) {
      switch (step.kind) {
        case 'begin':
          current = await begin(step);
          break;
        case 'chunk':
          if (current === undefined) throw new Error('bytes of a file that has not begun');
          await current.writer.write(step.bytes);
          if (clock.now() >= stopAt) return await suspend(current, false);
          break;
        case 'end':
          switch (step.end.kind) {
            case 'complete':
              if (current === undefined)
                throw new Error('a download that ended without having begun');
              return await finish(current);
            case 'outOfTime':
              return current === undefined ? wait(step.end.problem) : await suspend(current, false);
            case 'late':
              return await lateness(step.end, current);
            case 'failed':
              await discard();
              return { kind: 'failed', problem: step.end.problem };
          }
      }
    }
  } catch (error) {
    await discard();
    throw error;
  }
  throw new Error('a download without an end');
};
