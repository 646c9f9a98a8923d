import {
  headBytes,
  recognise,
  type FileFormat,
  type FormatFound,
  type Recognised,
} from '../formats.ts';
import { lateFileMilliseconds, patienceWith } from '../patience.ts';
import { createFileEnd } from '../recognising/file-end.ts';
import type { DownloadEnd, DownloadOptions, LinkOutcome } from './download-steps.ts';
import type { FileInfo } from './download-verdict.ts';
import { createHead } from './file-head.ts';
import { resumableDownload } from './resumable-download.ts';

/**
 * One step of downloading an export: as a `DownloadStep`, with the file's format once it is known
 * to be a deck.
 */
export type ExportStep =
  | {
      readonly kind: 'begin';
      readonly offset: number;
      readonly info: FileInfo;
      readonly format: FileFormat;
    }
  | { readonly kind: 'chunk'; readonly bytes: Uint8Array }
  | { readonly kind: 'end'; readonly end: DownloadEnd };

/** See {@link exportSteps}. */
export interface ExportOptions extends DownloadOptions {
  /** The format that the provider names. */
  readonly declaredFormat?: FileFormat | undefined;
  /** Length that the provider names, in bytes. */
  readonly declaredBytes?: number | undefined;
  /** The format that the resumed bytes were found to have. */
  readonly resumedFormat?: FileFormat | undefined;
}

/**
 * How one attempt ended: handed over to the consumer, or with a file that is no good (the end of
 * "the file … ").
 */
type AttemptEnd =
  | { readonly kind: 'over' }
  | { readonly kind: 'bad'; readonly problem: string }
  /** A page in place of the file: it may be on its way. */
  | { readonly kind: 'page'; readonly problem: string };

const over: AttemptEnd = { kind: 'over' };

const tooSlow: DownloadEnd = {
  kind: 'outOfTime',
  problem: {
    code: 'DownloadFailed',
    message: 'not even the first bytes of the file came in the time of one copy',
  },
};

const noDeck = ({
  problem,
  isPage,
}: Extract<FormatFound, { found: false }>): Exclude<AttemptEnd, { kind: 'over' }> => ({
  kind: isPage === true ? 'page' : 'bad',
  problem,
});

const bad = (problem: string): AttemptEnd => ({ kind: 'bad', problem });

const lengthProblem = (
  found: number | undefined,
  declared: number | undefined,
): string | undefined =>
  found === undefined || declared === undefined || found === declared
    ? undefined
    : `has ${found} bytes, but the provider announced ${declared}`;

const codingProblem = ({ contentEncoding }: FileInfo): string | undefined =>
  contentEncoding === undefined
    ? undefined
    : `comes compressed (${contentEncoding}), though it was asked for as it is`;

async function* attempt(options: ExportOptions): AsyncGenerator<ExportStep, AttemptEnd> {
  const head = createHead();
  let end = createFileEnd();
  let info: FileInfo | undefined;
  let format: FileFormat | undefined;
  let bytes = 0;
  /** The host tells another length than the provider. What comes may be a page, which is no bad file. */
  let wrongLength: string | undefined;

  const look = (): Recognised =>
    recognise({
      head: head.bytes(),
      declared: options.declaredFormat,
      link: options.link,
      contentType: info?.contentType,
    });

  /** The format that is known so far. */
  const formatSoFar = (): FileFormat | undefined => {
    if (format !== undefined) return format;
    const { file } = look();
    return file.found ? file.format : undefined;
  };
  const looksWhole = (): boolean => {
    const known = formatSoFar();
    return known !== undefined && end.isWhole(known);
  };

  for await (const step of resumableDownload({ ...options, looksWhole })) {
    switch (step.kind) {
      case 'begin': {
        const problem = codingProblem(step.info);
        if (problem !== undefined) return bad(problem);
        wrongLength = lengthProblem(step.info.totalBytes, options.declaredBytes);
        if (wrongLength !== undefined && step.offset > 0) return bad(wrongLength);
        ({ info, offset: bytes } = step);
        end = createFileEnd();
        head.clear();
        format = step.offset > 0 ? options.resumedFormat : undefined;
        if (format !== undefined) yield { ...step, format };
        break;
      }
      case 'chunk': {
        bytes += step.bytes.length;
        if (info?.totalBytes === undefined) end.add(step.bytes);
        if (format !== undefined) {
          yield step;
          break;
        }
        head.add(step.bytes);
        if (!head.isEnough()) {
          // Nothing is handed over yet, so no other step can see that the time is up.
          if (options.clock.now() < options.stopAt) break;
          yield { kind: 'end', end: tooSlow };
          return over;
        }
        const { file, needs } = look();
        if (wrongLength !== undefined) return file.found ? bad(wrongLength) : noDeck(file);
        if (needs !== undefined && bytes < headBytes) {
          head.wait(needs);
          break;
        }
        if (!file.found) return noDeck(file);
        ({ format } = file);
        if (info !== undefined) yield { kind: 'begin', offset: 0, info, format };
        yield { kind: 'chunk', bytes: head.bytes() };
        head.clear();
        break;
      }
      case 'end': {
        if (step.end.kind !== 'complete') {
          yield { kind: 'end', end: step.end };
          return over;
        }
        if (format === undefined) {
          const { file } = look();
          if (!file.found) return noDeck(file);
          if (wrongLength !== undefined) return bad(wrongLength);
          ({ format } = file);
          if (info !== undefined) yield { kind: 'begin', offset: 0, info, format };
          yield { kind: 'chunk', bytes: head.bytes() };
        }
        const problem = lengthProblem(bytes, options.declaredBytes);
        if (problem !== undefined) return bad(problem);
        const isUnproven = info?.hasEndMark === false || step.end.isUnproven === true;
        if (isUnproven && !end.isWhole(format)) {
          return bad(`ends before the end of a ${format.toUpperCase()} file`);
        }
        yield { kind: 'end', end: { kind: 'complete' } };
        return over;
      }
    }
  }
  return over;
}

const invalid = (message: string): ExportStep => ({
  kind: 'end',
  end: { kind: 'failed', problem: { code: 'ExportInvalid', message } },
});

const late = (problem: string, since: number, waitMilliseconds: number): ExportStep => ({
  kind: 'end',
  end: {
    kind: 'late',
    problem: { code: 'ExportInvalid', message: problem },
    since,
    waitMilliseconds,
  },
});

/** Whether there is no link yet because the provider is in trouble that passes. */
const isBusy = (fresh: LinkOutcome): boolean => fresh.kind === 'none' && fresh.passes === true;

/** Seconds for which a provider is left alone that has no time for a second link. */
const busyProviderSeconds = 30;

/**
 * Downloads an export and judges what arrives: the first bytes must be those of a deck, before any
 * of it is handed over, and the length must be the one that was announced. A file that is no good
 * is fetched once more from a fresh link, which is waited for where the provider is busy, and then
 * is `ExportInvalid`. A page in place of the file
 * ("preparing your download", the error of a storage service) answers 200 at some hosts: it is waited
 * for as a file that is late. A transfer that comes compressed in a way that is not undone counts as no
 * good: its bytes, length and checksums are not those of the file.
 */
export async function* exportSteps(options: ExportOptions): AsyncGenerator<ExportStep> {
  const { clock, stopAt, freshLink } = options;
  let { link, resume, lateSince } = options;
  let isSecond = false;

  /** Leaves time to what may pass: slept here, or told in the step that ends this download. */
  const wait = async (message: string, isPage: boolean): Promise<ExportStep | undefined> => {
    const now = clock.now();
    lateSince ??= now;
    const times = { since: lateSince, now, stopAt };
    const patience = patienceWith(times, isPage ? 0 : busyProviderSeconds);
    const wentOn = isPage ? `, and went on so for ${lateFileMilliseconds / 1000} s` : '';
    switch (patience.kind) {
      case 'over':
        return invalid(`${message}${wentOn}`);
      case 'later':
        return late(message, lateSince, patience.milliseconds);
      case 'sleep':
        await clock.sleep(patience.milliseconds);
        return undefined;
    }
  };

  for (;;) {
    const attempted = yield* attempt({ ...options, link, resume, lateSince });
    if (attempted.kind === 'over') return;
    const message = `the file ${attempted.problem}`;
    const isPage = attempted.kind === 'page';
    if (!isPage && isSecond) return yield invalid(message);
    isSecond ||= !isPage;
    if (isPage) {
      const end = await wait(message, isPage);
      if (end !== undefined) return yield end;
    }
    let fresh = await freshLink();
    // Behind the link of a page the file may be now; any other link would serve the same bytes.
    while (attempted.kind === 'bad' && isBusy(fresh)) {
      const end = await wait(message, isPage);
      if (end !== undefined) return yield end;
      fresh = await freshLink();
    }
    if (fresh.kind === 'link') ({ link } = fresh);
    else if (!isBusy(fresh)) return yield invalid(message);
    resume = undefined;
  }
}
