import { exportGraceSeconds } from '../polling/policy.ts';

/**
 * How long a file may be missing behind its link, in milliseconds, before the link counts as
 * expired: as long as a link may be missing in a status. Hosts answer 404, 403, 202 or nothing at
 * all until a file has arrived everywhere.
 */
export const lateFileMilliseconds = exportGraceSeconds * 1000;

/**
 * How long a host is waited for that says when to come back (`Retry-After`), in milliseconds: it is
 * at work, and tells so.
 */
export const busyHostMilliseconds = 3600 * 1000;

/** Shortest and longest pause between two tries, in milliseconds. Between them it is the time waited so far. */
const firstPause = 1000;
const longestPause = 30_000;

/**
 * Longest pause, in milliseconds, that a function sleeps, and longest time in all that it sleeps because
 * of a 429. A Wait state and another invocation cost three transitions, as much as nine seconds of the
 * copy function's 512 MB.
 */
export const longestSleep = 10_000;

/**
 * Longest pause, in milliseconds, that a function sleeps between two questions that are refused or get no usable
 * answer: what follows where the machine waits, is a check more, and seven transitions.
 */
export const longestPauseOfQuestions = 20_000;

/** What follows where something is not there yet. */
export type Patience =
  /** It has been waited for long enough. */
  | { readonly kind: 'over' }
  | { readonly kind: 'sleep'; readonly milliseconds: number }
  /** So long that the machine should wait, not the function. */
  | { readonly kind: 'later'; readonly milliseconds: number };

/** Whether a pause is slept here or left to the machine. `stopAt`: end of this invocation's time. */
export const pauseHere = (
  milliseconds: number,
  { now, stopAt }: { readonly now: number; readonly stopAt: number },
): Extract<Patience, { kind: 'sleep' | 'later' }> => ({
  kind: milliseconds > longestSleep || now + milliseconds >= stopAt ? 'later' : 'sleep',
  milliseconds,
});

/**
 * What to do about a file that its link does not serve. The tries are spread over the grace, the
 * last of them at its end; a `Retry-After` is a floor under the pause, within the grace.
 *
 * @param times.since when the file was first missed, in milliseconds of the clock
 * @param graceMilliseconds default {@link lateFileMilliseconds}
 */
export const patienceWith = (
  times: { readonly since: number; readonly now: number; readonly stopAt: number },
  retryAfterSeconds = 0,
  graceMilliseconds: number = lateFileMilliseconds,
): Patience => {
  const waited = times.now - times.since;
  const left = graceMilliseconds - waited;
  if (left <= 0) return { kind: 'over' };
  const own = Math.min(Math.max(waited, firstPause), longestPause);
  return pauseHere(Math.min(Math.max(own, retryAfterSeconds * 1000), left), times);
};
