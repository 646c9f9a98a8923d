import type { Random } from '../contract/ports.ts';

/** How pauses between tries grow. */
export interface Backoff {
  /** Pause after the first failure, in milliseconds. */
  readonly firstMilliseconds: number;
  /** Longest pause, in milliseconds. */
  readonly longestMilliseconds: number;
}

/**
 * Milliseconds to wait after the given number of failures in a row: doubling, capped, and spread
 * over the upper half so that copies which failed together do not come back together. A server's
 * own `Retry-After` is a floor that is never undercut.
 */
export const pauseAfter = (
  failures: number,
  backoff: Backoff,
  random: Random,
  retryAfterSeconds = 0,
): number => {
  const { firstMilliseconds, longestMilliseconds } = backoff;
  const full = Math.min(firstMilliseconds * 2 ** Math.max(failures - 1, 0), longestMilliseconds);
  return Math.ceil(Math.max(full * (0.5 + random() / 2), retryAfterSeconds * 1000));
};
