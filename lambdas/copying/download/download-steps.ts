import type { Problem } from '../../contract/error-codes.ts';
import type { Clock, OpenLink, Random } from '../../contract/ports.ts';
import type { FileInfo, Position } from './download-verdict.ts';

/** A link, or why there is none. */
export type LinkOutcome =
  | { readonly kind: 'link'; readonly link: string }
  /** `passes`: the provider is in trouble, and may give a link later. */
  | { readonly kind: 'none'; readonly problem: Problem; readonly passes?: true };

/**
 * How a download ended. `outOfTime`: it was going well, but its time is over. `isUnproven`: every
 * part came in good order, and the server never told how many there are.
 */
export type DownloadEnd =
  | { readonly kind: 'complete'; readonly isUnproven?: true }
  | { readonly kind: 'failed'; readonly problem: Problem }
  | { readonly kind: 'outOfTime'; readonly problem: Problem }
  /**
   * The link serves no file (yet), and the pause before the next try is too long for a function.
   * `since`: when that was first seen, in milliseconds of the clock.
   */
  | {
      readonly kind: 'late';
      readonly problem: Problem;
      readonly since: number;
      readonly waitMilliseconds: number;
    };

/** One step of a download. */
export type DownloadStep =
  /**
   * What follows are the file's bytes from `offset` on. 0 after bytes were already handed over
   * means: forget those.
   */
  | { readonly kind: 'begin'; readonly offset: number; readonly info: FileInfo }
  | { readonly kind: 'chunk'; readonly bytes: Uint8Array }
  /** The last step. */
  | { readonly kind: 'end'; readonly end: DownloadEnd };

/** The last step of a download that failed. */
export const failed = (code: Problem['code'], message: string): DownloadStep => ({
  kind: 'end',
  end: { kind: 'failed', problem: { code, message } },
});

/** The last step of a download whose length is known to be all of the file. */
export const complete: DownloadStep = { kind: 'end', end: { kind: 'complete' } };

/** The last step of a download of which only the file itself can tell whether it is whole. */
export const unproven: DownloadStep = { kind: 'end', end: { kind: 'complete', isUnproven: true } };

/** The last step of a download whose time is up. */
export const outOfTime = (reason: string): DownloadStep => ({
  kind: 'end',
  end: {
    kind: 'outOfTime',
    problem: {
      code: 'DownloadFailed',
      message: `the download did not finish in the time of one copy: ${reason}`,
    },
  },
});

/** The last step of a download whose file is not there yet. */
export const late = (problem: Problem, since: number, waitMilliseconds: number): DownloadStep => ({
  kind: 'end',
  end: { kind: 'late', problem, since, waitMilliseconds },
});

/** What a download needs. */
export interface DownloadOptions {
  readonly openLink: OpenLink;
  readonly clock: Clock;
  readonly random: Random;
  readonly link: string;
  /** Asks the provider for a link that is fresh. */
  readonly freshLink: () => Promise<LinkOutcome>;
  /** Where an earlier invocation came to. */
  readonly resume?: Position | undefined;
  /** Whether what was handed over ends as a whole file does; default: nothing tells. */
  readonly looksWhole?: () => boolean;
  /** Largest file, in bytes. */
  readonly maxBytes: number;
  /** When to give up waiting, in milliseconds of the clock. */
  readonly stopAt: number;
  /** Since when the file is waited for, where an earlier invocation has met no file behind its link. */
  readonly lateSince?: number | undefined;
}
