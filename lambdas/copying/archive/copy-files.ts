import type { Problem } from '../../contract/error-codes.ts';
import type { Clock, Log, ObjectStore } from '../../contract/ports.ts';
import type { CopyProgress, OpenUpload, StoredArtifact } from '../../contract/state.ts';
import type { FileOutcome } from './copy-file.ts';
import type { Slot } from './export-slots.ts';

/** See {@link copyFiles}. */
export interface CopyFilesOptions {
  readonly objects: ObjectStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly stopAt: number;
  /** When no further invocation is asked for, in milliseconds of the clock. */
  readonly giveUpAt: number;
  readonly slots: readonly Slot[];
  /** What this execution did already. */
  readonly progress: CopyProgress;
  /** The file as an earlier execution stored it, if it is still good. */
  readonly kept: (slot: Slot) => Promise<StoredArtifact | undefined>;
  readonly copy: (slot: Slot, open: OpenUpload | undefined) => Promise<FileOutcome>;
}

/**
 * `isDone`: every file is stored or has failed for good. Else the next invocation goes on with the
 * progress.
 */
export interface FilesCopied {
  readonly isDone: boolean;
  readonly progress: CopyProgress;
}

const tooSlow: Problem = {
  code: 'DownloadFailed',
  message: 'the file did not get far enough in the time it had: its server is too slow',
};

/**
 * Copies one file after the other; one that fails does not keep the others from being saved. When
 * the time is up it stops, provided that this invocation got further (a file settled, or more parts
 * of one): what makes no progress in a whole invocation fails, so that a copy always comes to an
 * end.
 */
export const copyFiles = async (options: CopyFilesOptions): Promise<FilesCopied> => {
  const { objects, clock, log, stopAt, giveUpAt, slots, progress: before } = options;
  let { stored, failed } = before;
  let settled = 0;

  const store = (slot: Slot, artifact: StoredArtifact): void => {
    stored = { ...stored, [slot.id]: artifact };
    settled += 1;
  };

  const fail = (slot: Slot, problem: Problem): void => {
    failed = { ...failed, [slot.id]: problem };
    settled += 1;
    log('warn', 'file not saved', { file: slot.id, code: problem.code, reason: problem.message });
  };

  const stop = (open?: CopyProgress['open']): FilesCopied => ({
    isDone: false,
    progress: { stored, failed, ...(open === undefined ? {} : { open }) },
  });

  const mayStop = (gotFurther: boolean): boolean => gotFurther && clock.now() < giveUpAt;

  for (const slot of slots) {
    if (stored[slot.id] !== undefined || failed[slot.id] !== undefined) continue;
    const kept = await options.kept(slot);
    if (kept !== undefined) {
      store(slot, kept);
      continue;
    }
    // At least one file is tried, whatever the time.
    if (clock.now() >= stopAt && mayStop(settled > 0)) return stop(before.open);
    const open = before.open?.file === slot.id ? before.open : undefined;
    const outcome = await options.copy(slot, open);
    switch (outcome.kind) {
      case 'stored': {
        store(slot, outcome.artifact);
        const { key, bytes, sourceHost = '' } = outcome.artifact;
        log('info', 'file saved', { file: slot.id, key, bytes, sourceHost });
        break;
      }
      case 'failed':
        fail(slot, outcome.problem);
        break;
      case 'more':
        if (mayStop(settled > 0 || outcome.open.bytes > (open?.bytes ?? 0)))
          return stop({ ...outcome.open, file: slot.id });
        await objects.abortUpload(outcome.open.key, outcome.open.uploadId);
        fail(slot, tooSlow);
        break;
      case 'outOfTime':
        if (mayStop(settled > 0)) return stop();
        fail(slot, outcome.problem);
        break;
    }
  }
  return { isDone: true, progress: { stored, failed } };
};
