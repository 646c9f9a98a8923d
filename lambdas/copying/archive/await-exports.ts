import type { CopyProgress } from '../../contract/copy-state.ts';
import type { Problem } from '../../contract/error-codes.ts';
import { exportAsFormats, fileFormatOf, type ExportAs } from '../../contract/export-as.ts';
import { ownField } from '../../contract/own-field.ts';
import type { Clock } from '../../contract/ports.ts';
import { refusedGraceSeconds } from '../../polling/refused-key.ts';
import type { LinkStatus } from '../../polling/status.ts';
import { pauseHere } from '../patience.ts';
import type { OfferedFile } from './offered-files.ts';
import type { StatusAsker } from './status-asker.ts';

/**
 * Shortest pause, in milliseconds, between two questions whether an export is done. Gamma, Get
 * generation status, names 5 s for a generation.
 */
const shortestPause = 5000;

/** Milliseconds after which a pause is left to the machine. */
const machineWaitsAfter = 20_000;

/** Shortest pause that the machine waits: see `longestSleep`. */
const shortestWait = 12_000;

/** Part of the time waited so far that the next pause takes. */
const pausePart = 1 / 6;

/**
 * Longest pause: an export that is never done asks some three hundred questions in a day, which is
 * far from what a history of the machine holds.
 */
const longestPause = 300_000;

const pauseOf = (waited: number): number =>
  waited < machineWaitsAfter
    ? shortestPause
    : Math.min(Math.max(waited * pausePart, shortestWait), longestPause);

/** The exports that were asked for, as far as they are done. */
export interface ExportsAwaited {
  readonly files: readonly OfferedFile[];
  readonly progress: CopyProgress;
  /** One is not done: milliseconds to wait before it is asked about again. */
  readonly waitMilliseconds?: number;
}

/** See {@link awaitExports}. */
export interface AwaitOptions {
  readonly asker: Pick<StatusAsker, 'linkStatus' | 'later'>;
  readonly clock: Clock;
  readonly deadline: number;
  readonly stopAt: number;
}

/** What waiting for one export came to. */
type ExportEnd =
  | { readonly kind: 'file'; readonly file: OfferedFile }
  | { readonly kind: 'failed'; readonly problem: Problem }
  | { readonly kind: 'waiting'; readonly milliseconds: number };

/** Why there will be no export; nothing where there may be one yet. */
const finalProblem = (
  format: ExportAs,
  status: Exclude<LinkStatus, { kind: 'link' }>,
  isOverdue: boolean,
): Problem | undefined => {
  const problem = (code: Problem['code']): Problem => ({
    code,
    message: `the export to ${format} was not made: ${status.message}`,
  });
  if (status.kind === 'refused') return problem(status.code);
  if (status.kind === 'noLink' && status.isFinal === true) return problem('ExportFailed');
  return isOverdue ? problem('DeadlineExceeded') : undefined;
};

const awaitExport = async (
  format: ExportAs,
  exportId: string,
  since: number,
  { asker, clock, deadline, stopAt }: AwaitOptions,
): Promise<ExportEnd> => {
  const fileFormat = fileFormatOf[format];
  for (;;) {
    const status = await asker.linkStatus(exportId);
    if (status.kind === 'link') {
      const file = { id: fileFormat, format: fileFormat, url: status.url, linkId: exportId };
      return { kind: 'file', file };
    }
    const now = clock.now();
    const later = asker.later();
    // A key that has worked has a successor soon; the asker says whether it has.
    const isPatient =
      status.kind === 'refused' && later !== undefined && now < since + refusedGraceSeconds * 1000;
    const problem = isPatient ? undefined : finalProblem(format, status, now >= deadline);
    if (problem !== undefined) return { kind: 'failed', problem };
    const wanted = Math.max(pauseOf(now - since), later ?? 0);
    const pause = pauseHere(Math.min(wanted, deadline - now), { now, stopAt });
    if (pause.kind === 'later') return { kind: 'waiting', milliseconds: pause.milliseconds };
    await clock.sleep(pause.milliseconds);
  }
};

const withFailed = (progress: CopyProgress, file: string, problem: Problem): CopyProgress => ({
  ...progress,
  failed: { ...progress.failed, [file]: problem },
});

/** @param since milliseconds of the clock */
const withLateSince = (progress: CopyProgress, format: ExportAs, since: number): CopyProgress => ({
  ...progress,
  lateSince: { ...progress.lateSince, [lateName(format)]: new Date(since).toISOString() },
});

/** Waits for the exports that were asked for, and gets a link to each. */
export const awaitExports = async (
  before: CopyProgress,
  options: AwaitOptions,
): Promise<ExportsAwaited> => {
  const { clock } = options;
  const files: OfferedFile[] = [];
  let progress = before;
  for (const format of exportAsFormats) {
    const exportId = before.exports?.[format];
    const fileFormat = fileFormatOf[format];
    if (exportId === undefined || Object.hasOwn(progress.failed, fileFormat)) continue;
    // The file itself may be late, too, under the same name: that is for the download to say.
    const known = ownField(before.lateSince ?? {}, lateName(format));
    const since = known === undefined ? clock.now() : Date.parse(known);
    const end = await awaitExport(format, exportId, since, options);
    switch (end.kind) {
      case 'file':
        files.push(end.file);
        break;
      case 'failed':
        progress = withFailed(progress, fileFormat, end.problem);
        break;
      case 'waiting': {
        const waiting = withLateSince(progress, format, since);
        return { files, progress: waiting, waitMilliseconds: end.milliseconds };
      }
    }
  }
  return { files, progress };
};

/** Names an export among what is waited for, beside the file that comes of it. */
const lateName = (format: ExportAs): string => `export ${format}`;
