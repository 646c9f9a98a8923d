import type { CopyProgress, StoredArtifact } from '../../contract/copy-state.ts';
import type { Problem } from '../../contract/error-codes.ts';
import { ownField } from '../../contract/own-field.ts';
import type { Clock, Log, ObjectStore } from '../../contract/ports.ts';
import type { FileBefore, FileOutcome } from './copy-file.ts';
import type { OfferedFile } from './offered-files.ts';

/** See {@link copyFiles}. */
export interface CopyFilesOptions {
  readonly objects: ObjectStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly stopAt: number;
  /** When no further invocation is asked for, in milliseconds of the clock. */
  readonly giveUpAt: number;
  readonly files: readonly OfferedFile[];
  /** What this execution did already. */
  readonly progress: CopyProgress;
  /** The file as an earlier execution stored it, if it is still good. */
  readonly storedEarlier: (file: OfferedFile) => Promise<StoredArtifact | undefined>;
  readonly copy: (file: OfferedFile, before: FileBefore) => Promise<FileOutcome>;
}

/**
 * `isDone`: every file is stored or has failed for good. Else the next invocation goes on with the
 * progress, after `waitMilliseconds` where a file is not there yet.
 */
export interface FilesCopied {
  readonly isDone: boolean;
  readonly progress: CopyProgress;
  readonly waitMilliseconds?: number;
}

const tooSlow: Problem = {
  code: 'DownloadFailed',
  message: 'the file did not get far enough in the time it had: its server is too slow',
};

const without = <Value>(
  record: Readonly<Record<string, Value>>,
  name: string,
): Readonly<Record<string, Value>> =>
  Object.fromEntries(Object.entries(record).filter(([key]) => key !== name));

/** The progress that one invocation writes on, file by file. */
const createLedger = (before: CopyProgress, log: Log) => {
  let { stored, failed } = before;
  let lateSince: Readonly<Record<string, string>> = before.lateSince ?? {};
  let settled = 0;
  let wait: number | undefined;
  const settle = (id: string): void => {
    settled += 1;
    lateSince = without(lateSince, id);
  };
  return {
    isSettled: (id: string): boolean => Object.hasOwn(stored, id) || Object.hasOwn(failed, id),
    hasSettled: (): boolean => settled > 0,
    wait: (): number | undefined => wait,
    lateSince: (id: string): number | undefined => {
      const since = ownField(lateSince, id);
      return since === undefined ? undefined : Date.parse(since);
    },
    store: (id: string, artifact: StoredArtifact): void => {
      stored = { ...stored, [id]: artifact };
      settle(id);
    },
    fail: (id: string, problem: Problem): void => {
      failed = { ...failed, [id]: problem };
      settle(id);
      log('warn', 'file not saved', { file: id, code: problem.code, reason: problem.message });
    },
    late: (id: string, since: number, milliseconds: number): void => {
      lateSince = { ...lateSince, [id]: new Date(since).toISOString() };
      wait = Math.min(wait ?? Infinity, milliseconds);
      log('info', 'file not there yet', { file: id, seconds: Math.ceil(milliseconds / 1000) });
    },
    progress: (open?: CopyProgress['open']): CopyProgress => ({
      stored,
      failed,
      ...(open === undefined ? {} : { open }),
      ...(Object.keys(lateSince).length === 0 ? {} : { lateSince }),
    }),
  };
};

/**
 * Copies one file after the other; one that fails, or is not there yet, does not keep the others
 * from being saved. When the time is up it stops, provided that this invocation got further (a file
 * settled, or more parts of one): what makes no progress in a whole invocation fails, so that a copy
 * always comes to an end. A file that is not there yet has an end of its own: the grace for it.
 */
export const copyFiles = async (options: CopyFilesOptions): Promise<FilesCopied> => {
  const { objects, clock, log, stopAt, giveUpAt, files, progress: before } = options;
  const ledger = createLedger(before, log);

  const stop = (open?: CopyProgress['open']): FilesCopied => {
    const waitMilliseconds = ledger.wait();
    return {
      isDone: false,
      progress: ledger.progress(open),
      ...(waitMilliseconds === undefined ? {} : { waitMilliseconds }),
    };
  };
  const mayStop = (gotFurther: boolean): boolean =>
    (gotFurther || ledger.wait() !== undefined) && clock.now() < giveUpAt;

  for (const file of files) {
    const { id } = file;
    if (ledger.isSettled(id)) continue;
    const earlier = await options.storedEarlier(file);
    if (earlier !== undefined) {
      ledger.store(id, earlier);
      continue;
    }
    // At least one file is tried, whatever the time.
    if (clock.now() >= stopAt && mayStop(ledger.hasSettled())) return stop(before.open);
    const open = before.open?.file === id ? before.open : undefined;
    const outcome = await options.copy(file, { open, lateSince: ledger.lateSince(id) });
    switch (outcome.kind) {
      case 'stored': {
        ledger.store(id, outcome.artifact);
        const { key, bytes, sourceHost = '' } = outcome.artifact;
        log('info', 'file saved', { file: id, key, bytes, sourceHost });
        break;
      }
      case 'failed':
        ledger.fail(id, outcome.problem);
        break;
      case 'late': {
        ledger.late(id, outcome.since, outcome.waitMilliseconds);
        // One upload can be kept open: what waits for the rest of its file waits alone.
        if (outcome.open !== undefined) return stop({ ...outcome.open, file: id });
        break;
      }
      case 'more':
        if (mayStop(ledger.hasSettled() || outcome.open.bytes > (open?.bytes ?? 0)))
          return stop({ ...outcome.open, file: id });
        await objects.abortUpload(outcome.open.key, outcome.open.uploadId);
        ledger.fail(id, tooSlow);
        break;
      case 'outOfTime':
        if (mayStop(ledger.hasSettled())) return stop();
        ledger.fail(id, outcome.problem);
        break;
    }
  }
  return ledger.wait() === undefined ? { isDone: true, progress: ledger.progress() } : stop();
};
