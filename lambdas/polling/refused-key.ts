import type { Generation } from '../contract/generation.ts';
import type { PollMemory } from '../contract/state.ts';

/**
 * Refusals in a row that are final for a key that never worked: the second came with the secret
 * read afresh.
 */
export const finalRefusals = 2;

/**
 * Shortest pause, in seconds, before a refused key is tried again: time for a rotated secret to be
 * stored.
 */
export const refusedPauseSeconds = 5;

/**
 * The same after the first look at a generation that is handed over: its key was never used for it,
 * and the sender of the event is told within seconds that it is wrong.
 */
export const firstLookRefusedSeconds = 1;

/** Longest such pause, in seconds: a new key is used soon after it was stored. */
const longestRefusedPauseSeconds = 30;

/**
 * Seconds from the first refusal in a row in which it is not final for a key that has worked for
 * the same generation. A key may be revoked before its successor is stored, and providers answer
 * 401 for a while though nothing is wrong with the key.
 */
export const refusedGraceSeconds = 300;

/** The pause, in seconds, after so many refusals in a row. */
export const refusedPause = (refusals: number): number =>
  Math.min(
    refusedPauseSeconds * 2 ** Math.min(Math.max(refusals - 1, 0), 10),
    longestRefusedPauseSeconds,
  );

/**
 * Whether the provider has accepted the key of a generation before: it has told a status, or has
 * started the generation for it.
 */
export const hasWorked = (
  { said }: Pick<PollMemory, 'said'>,
  { acceptedAt }: Pick<Generation, 'acceptedAt'>,
): boolean => said !== undefined || acceptedAt !== undefined;
