import { endsWhole, findFormat, headBytes, tailBytes, type FileFormat } from '../formats.ts';
import type { FileInfo } from './download-answer.ts';
import type { DownloadEnd, DownloadOptions } from './download-steps.ts';
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
type AttemptEnd = { readonly kind: 'over' } | { readonly kind: 'bad'; readonly problem: string };

const over: AttemptEnd = { kind: 'over' };

const tooSlow: DownloadEnd = {
  kind: 'outOfTime',
  problem: {
    code: 'DownloadFailed',
    message: 'not even the first bytes of the file came in the time of one copy',
  },
};

const bad = (problem: string): AttemptEnd => ({ kind: 'bad', problem });

/** The last bytes of what was added, never more than needed. */
const lastBytes = () => {
  let tail: Buffer = Buffer.alloc(0);
  return {
    add: (bytes: Uint8Array): void => {
      tail = Buffer.concat([tail, bytes]).subarray(-tailBytes);
    },
    clear: (): void => {
      tail = Buffer.alloc(0);
    },
    get: (): Buffer => tail,
  };
};

const lengthProblem = (
  found: number | undefined,
  declared: number | undefined,
): string | undefined =>
  found === undefined || declared === undefined || found === declared
    ? undefined
    : `has ${found} bytes, but the provider announced ${declared}`;

const beginProblem = (
  { contentEncoding, totalBytes }: FileInfo,
  { declaredBytes }: ExportOptions,
): string | undefined =>
  contentEncoding === undefined
    ? lengthProblem(totalBytes, declaredBytes)
    : `comes compressed (${contentEncoding}), though it was asked for as it is`;

async function* attempt(options: ExportOptions): AsyncGenerator<ExportStep, AttemptEnd> {
  const tail = lastBytes();
  let info: FileInfo | undefined;
  let format: FileFormat | undefined;
  let head: Buffer = Buffer.alloc(0);
  let bytes = 0;

  const recognise = (): ReturnType<typeof findFormat> =>
    findFormat({
      head,
      declared: options.declaredFormat,
      link: options.link,
      contentType: info?.contentType,
    });

  for await (const step of resumableDownload(options)) {
    switch (step.kind) {
      case 'begin': {
        const problem = beginProblem(step.info, options);
        if (problem !== undefined) return bad(problem);
        ({ info, offset: bytes } = step);
        tail.clear();
        head = Buffer.alloc(0);
        format = step.offset > 0 ? options.resumedFormat : undefined;
        if (format !== undefined) yield { ...step, format };
        break;
      }
      case 'chunk': {
        bytes += step.bytes.length;
        if (info?.hasEndMark === false) tail.add(step.bytes);
        if (format !== undefined) {
          yield step;
          break;
        }
        head = Buffer.concat([head, step.bytes]);
        if (head.length < headBytes) {
          // Nothing is handed over yet, so nobody else can see that the time is up.
          if (options.clock.now() < options.stopAt) break;
          yield { kind: 'end', end: tooSlow };
          return over;
        }
        const found = recognise();
        if (!found.found) return bad(found.problem);
        ({ format } = found);
        if (info !== undefined) yield { kind: 'begin', offset: 0, info, format };
        yield { kind: 'chunk', bytes: head };
        break;
      }
      case 'end': {
        if (step.end.kind !== 'complete') {
          yield { kind: 'end', end: step.end };
          return over;
        }
        if (format === undefined) {
          const found = recognise();
          if (!found.found) return bad(found.problem);
          ({ format } = found);
          if (info !== undefined) yield { kind: 'begin', offset: 0, info, format };
          yield { kind: 'chunk', bytes: head };
        }
        const problem = lengthProblem(bytes, options.declaredBytes);
        if (problem !== undefined) return bad(problem);
        if (info?.hasEndMark === false && !endsWhole(format, tail.get())) {
          return bad(`ends before the end of a ${format.toUpperCase()} file`);
        }
        yield { kind: 'end', end: step.end };
        return over;
      }
    }
  }
  return over;
}

/**
 * Downloads an export and judges what arrives: the first bytes must be those of a deck, before any
 * of it is handed over, and the length must be the one that was announced. A file that is no good
 * is fetched once more from a fresh link (an error page in place of an expired file answers 200 at
 * some hosts), and then is `ExportInvalid`. A compressed transfer counts as no good: its bytes,
 * length and checksums are not those of the file.
 */
export async function* exportSteps(options: ExportOptions): AsyncGenerator<ExportStep> {
  const first = yield* attempt(options);
  if (first.kind === 'over') return;
  const fresh = await options.freshLink();
  const second =
    fresh.kind === 'link'
      ? yield* attempt({ ...options, link: fresh.link, resume: undefined })
      : first;
  if (second.kind === 'over') return;
  yield {
    kind: 'end',
    end: {
      kind: 'failed',
      problem: { code: 'ExportInvalid', message: `the file ${second.problem}` },
    },
  };
}
