import type { CopyInput, CopyProgress } from '../../contract/copy-state.ts';
import { fileFormatOf, uncertainExport, type ExportAs } from '../../contract/export-as.ts';
import { refusedGraceSeconds } from '../../polling/refused-key.ts';

/**
 * Milliseconds before an export that the provider refused for the moment is asked for again, unless
 * it says more.
 */
const retryMilliseconds = 30_000;

/** The progress without what is known to have failed of a file. */
const withoutFailure = (failed: CopyProgress['failed'], file: string): CopyProgress['failed'] =>
  Object.fromEntries(Object.entries(failed).filter(([name]) => name !== file));

/** As if a format had not been asked for; nothing is asked for before the time. */
const notAsked = (progress: CopyProgress, format: ExportAs, until: number): CopyProgress => ({
  ...progress,
  asked: (progress.asked ?? []).filter((other) => other !== format),
  askNotBefore: new Date(until).toISOString(),
});

/**
 * The progress with what came of the export that the last copy had the machine ask for. Its id is
 * nowhere but in the copy's input, so this comes before anything that can go wrong.
 */
export const recordExportStart = (
  { copy, poll, generation }: CopyInput,
  progress: CopyProgress,
  now: number,
): CopyProgress => {
  const { export: asked, started } = copy;
  if (asked === undefined) return progress;
  const { format } = asked;
  const outcome =
    started ?? uncertainExport(format, 'the function that asked for it ended without a word');
  switch (outcome.kind) {
    case 'started':
      return { ...progress, exports: { ...progress.exports, [format]: outcome.exportId } };
    case 'failed': {
      const { code, message } = outcome;
      // Nothing began, and the key worked when the generation was seen done: it may be a new one soon.
      const doneSince = Date.parse(poll.memory.detectedAt ?? generation.requestedAt);
      if (code === 'Unauthorized' && now < doneSince + refusedGraceSeconds * 1000)
        return notAsked(progress, format, now + retryMilliseconds);
      return {
        ...progress,
        failed: { ...progress.failed, [fileFormatOf[format]]: { code, message } },
      };
    }
    case 'notNow': {
      const pause = Math.max(retryMilliseconds, (outcome.retryAfterSeconds ?? 0) * 1000);
      return notAsked(progress, format, now + pause);
    }
  }
};

/**
 * The progress of a copy that asks for a format next: what failed of it is forgotten, so that the
 * export can take its place.
 */
export const withAsked = (progress: CopyProgress, format: ExportAs): CopyProgress => ({
  ...progress,
  failed: withoutFailure(progress.failed, fileFormatOf[format]),
  asked: [...(progress.asked ?? []), format],
});
