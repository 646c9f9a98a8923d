import type { Problem } from '../../contract/error-codes.ts';
import {
  exportAsFormats,
  fileFormatOf,
  fulfils,
  uncertainExport,
  type ExportAs,
} from '../../contract/export-as.ts';
import type { Clock } from '../../contract/ports.ts';
import type { ExportFormat } from '../../contract/results.ts';
import type { CopyInput, CopyProgress } from '../../contract/state.ts';
import { refusedGraceSeconds } from '../../polling/refused-key.ts';
import type { LinkedFile } from '../../polling/status.ts';
import { formatOfLink, type FileFormat } from '../formats.ts';
import type { Slot } from './export-slots.ts';
import type { Manifest } from './manifest.ts';
import type { StatusAsker } from './status-asker.ts';

/**
 * Seconds between two questions whether an export is done; Gamma, Get generation status, names 5
 * for a generation.
 */
const pauseMilliseconds = 5000;

/**
 * Seconds before an export that the provider refused for the moment is asked for again, unless it
 * says more.
 */
const retryMilliseconds = 30_000;

/** The formats that the trigger asks for. */
export const wantedOf = ({ generation }: Pick<CopyInput, 'generation'>): readonly ExportAs[] =>
  generation.exportAs ?? [];

/** Whether a manifest holds every wanted format. */
export const holdsWanted = (
  { artifacts }: Pick<Manifest, 'artifacts'>,
  wanted: readonly ExportAs[],
): boolean =>
  wanted.every((format) => artifacts.some((artifact) => fulfils(format, artifact.format)));

/** A file's place: that of the export that could be asked for in its stead, where there is one. */
const placeOf = (format: FileFormat): FileFormat => {
  const wanted = exportAsFormats.find((word) => fulfils(word, format));
  return wanted === undefined ? format : fileFormatOf[wanted];
};

/**
 * The provider's own files of a deck that is wanted in several formats: told apart by format,
 * whatever their number.
 */
export const ownSlots = (files: readonly LinkedFile[]): readonly Slot[] =>
  files.map((file) => {
    const format = file.format ?? formatOfLink(file.url);
    const id = format === undefined ? 'own' : placeOf(format);
    return { id, file: { ...file, ...(format === undefined ? {} : { format }) } };
  });

/** As if the format had not been asked for. */
const notAsked = (progress: CopyProgress, format: ExportAs): CopyProgress => ({
  ...progress,
  asked: (progress.asked ?? []).filter((one) => one !== format),
});

/** The progress with what came of the export that this copy last asked the machine for. */
export const settleStart = (
  { copy, poll, generation }: CopyInput,
  progress: CopyProgress,
  now: number,
): { readonly progress: CopyProgress; readonly pauseMilliseconds: number } => {
  const { export: asked, started } = copy;
  if (asked === undefined) return { progress, pauseMilliseconds: 0 };
  const outcome =
    started ?? uncertainExport(asked.format, 'the function that asked for it ended without a word');
  switch (outcome.kind) {
    case 'started':
      return {
        progress: {
          ...progress,
          exports: { ...progress.exports, [asked.format]: outcome.exportId },
        },
        pauseMilliseconds: 0,
      };
    case 'failed': {
      // Nothing began, and the key worked when the generation was seen done: it may be a new one soon.
      const doneSince = Date.parse(poll.memory.detectedAt ?? generation.requestedAt);
      if (outcome.code === 'Unauthorized' && now < doneSince + refusedGraceSeconds * 1000)
        return { progress: notAsked(progress, asked.format), pauseMilliseconds: retryMilliseconds };
      const problem: Problem = { code: outcome.code, message: outcome.message };
      return {
        progress: {
          ...progress,
          failed: { ...progress.failed, [fileFormatOf[asked.format]]: problem },
        },
        pauseMilliseconds: 0,
      };
    }
    case 'notNow':
      return {
        progress: notAsked(progress, asked.format),
        pauseMilliseconds: Math.max(retryMilliseconds, (outcome.retryAfterSeconds ?? 0) * 1000),
      };
  }
};

/**
 * The exports that were asked for, as far as they are done. `isWaiting`: one is not, and the time
 * of this invocation is up.
 */
export interface ExportsAwaited {
  readonly slots: readonly Slot[];
  readonly progress: CopyProgress;
  readonly isWaiting: boolean;
}

/** Waits for the exports that were asked for, and gets a link to each. */
export const awaitExports = async (
  before: CopyProgress,
  options: {
    readonly asker: StatusAsker;
    readonly clock: Clock;
    readonly deadline: number;
    readonly stopAt: number;
  },
): Promise<ExportsAwaited> => {
  const { asker, clock, deadline, stopAt } = options;
  const slots: Slot[] = [];
  const failed: Record<string, Problem> = { ...before.failed };
  const progress = { ...before, failed };
  for (const [format, exportId] of Object.entries(before.exports ?? {})) {
    const fileFormat = fileFormatOf[format as ExportAs];
    if (failed[fileFormat] !== undefined) continue;
    for (;;) {
      const status = await asker.linkStatus(exportId);
      if (status.kind === 'link') {
        slots.push({
          id: fileFormat,
          file: { format: fileFormat, url: status.url, linkId: exportId },
        });
        break;
      }
      const isFinal =
        status.kind === 'refused' || (status.kind === 'noLink' && status.isFinal === true);
      if (isFinal || clock.now() >= deadline) {
        const code =
          status.kind === 'refused' ? status.code : isFinal ? 'ExportFailed' : 'DeadlineExceeded';
        failed[fileFormat] = {
          code,
          message: `the export to ${format} was not made: ${status.message}`,
        };
        break;
      }
      const pause = Math.min(pauseMilliseconds, Math.max(deadline - clock.now(), 0));
      if (clock.now() + pause >= stopAt) return { slots, progress, isWaiting: true };
      await clock.sleep(pause);
    }
  }
  return { slots, progress, isWaiting: false };
};

/**
 * A wanted format that nobody has asked for and that no file has: an own file that failed counts as
 * none.
 */
export const nextWanted = (
  wanted: readonly ExportAs[],
  formats: readonly ExportFormat[],
  { asked = [] }: CopyProgress,
): ExportAs | undefined =>
  wanted.find(
    (format) => !formats.some((found) => fulfils(format, found)) && !asked.includes(format),
  );

/**
 * The progress of a copy that asks for a format next: what failed of it is forgotten, so that the
 * export can take its place.
 */
export const withAsked = (progress: CopyProgress, format: ExportAs): CopyProgress => {
  const failed = Object.fromEntries(
    Object.entries(progress.failed).filter(([file]) => file !== fileFormatOf[format]),
  );
  return { ...progress, failed, asked: [...(progress.asked ?? []), format] };
};
