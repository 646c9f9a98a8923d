import type { Generation } from '../contract/generation.ts';
import type { PollMemory } from '../contract/state.ts';
import type { Decision } from './decision.ts';
import type { Pace } from './pace.ts';
import type { Report } from './status.ts';

/**
 * Seconds in which half of a slowdown is forgotten: a crowd on one key is there for as long as its
 * generations take, and later ones would otherwise have to meet a 429 of their own to
 * learn of it.
 */
const halfLifeSeconds = 900;

/**
 * Seconds over which the checks of a throttled key come back: together they would fill the next
 * window at once.
 */
const spreadSeconds = 240;

/**
 * The last 429 that any generation met on a key, as one execution environment knows it. Times in
 * milliseconds since 1970.
 */
export interface ThrottledKey {
  readonly at: number;
  /** The provider wants to be left alone until then. */
  readonly until: number;
  /** The factor on the interval that the refused generation took from it. */
  readonly slowdown: number;
}

/**
 * What a check learnt about its key for the generations to come; `undefined` where it was not a
 * 429.
 */
export const throttledKey = (
  { status, retryAfterSeconds }: Report,
  { slowdown }: PollMemory,
  pace: Pace,
  now: number,
): ThrottledKey | undefined =>
  status.kind === 'throttled'
    ? { at: now, until: now + (retryAfterSeconds ?? pace.throttledSeconds ?? 0) * 1000, slowdown }
    : undefined;

/**
 * The memory of a generation that hears of it: it begins as slowly as the refused one went on, less
 * what has been forgotten since.
 */
export const forewarned = (memory: PollMemory, key: ThrottledKey, now: number): PollMemory => {
  const left = 2 ** (-(now - key.at) / 1000 / halfLifeSeconds);
  return { ...memory, slowdown: Math.max(memory.slowdown, 1 + (key.slowdown - 1) * left) };
};

/**
 * Puts a check off that would only be refused. Once in a row, so that no generation starves behind
 * the others, and never at or past the deadline.
 *
 * @param random from 0 (included) to 1 (not included)
 * @returns `undefined` where the check may go on
 */
export const holdBack = (
  memory: PollMemory,
  key: ThrottledKey,
  { deadline }: Pick<Generation, 'deadline'>,
  now: number,
  random: number,
): Extract<Decision, { next: 'wait' }> | undefined => {
  const untilDeadline = (Date.parse(deadline) - now) / 1000;
  if (now >= key.until || untilDeadline <= 0 || memory.heldBack === true) return undefined;
  const seconds = Math.min((key.until - now) / 1000 + random * spreadSeconds, untilDeadline);
  const floorSeconds = Math.min((key.until - now) / 1000, untilDeadline);
  return { next: 'wait', seconds, floorSeconds, memory: { ...memory, heldBack: true } };
};
