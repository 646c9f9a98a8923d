import type { Problem } from '../../contract/error-codes.ts';
import type { Clock, OpenLink, Random } from '../../contract/ports.ts';
import type { FileInfo, Position } from './download-answer.ts';

/** A link, or why there is none. */
export type LinkOutcome =
  | { readonly kind: 'link'; readonly link: string }
  | { readonly kind: 'none'; readonly problem: Problem };

/** How a download ended. `outOfTime`: it was going well, but its time is over. */
export type DownloadEnd =
  | { readonly kind: 'complete' }
  | { readonly kind: 'failed'; readonly problem: Problem }
  | { readonly kind: 'outOfTime'; readonly problem: Problem };

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
  /** Largest file, in bytes. */
  readonly maxBytes: number;
  /** When to give up waiting, in milliseconds of the clock. */
  readonly stopAt: number;
}
