import { longestWaitSeconds } from '../contract/follow.ts';
import type { Poll, PollMemory } from '../contract/state.ts';

/**
 * Seconds from the call of the checks machine in which any check may begin. An Express execution
 * lives 300 s (Step Functions Developer Guide, "Quotas"): the rest is for a check that takes
 * its longest (35 s), and for the report (10 s).
 */
export const roundSeconds = 250;

/**
 * The same for a check of which no delay is to be expected: the one before it was smooth. The rest is for a request
 * that takes its longest (10 s), and for the report. A new call costs two transitions of the generation machine, as much as
 * 48 s of the checks machine.
 */
export const smoothRoundSeconds = 285;

/** A check that waited longer, in milliseconds, for its place or its answer was not smooth. */
const smoothMilliseconds = 2000;

/** When a check was due, began to ask, and was answered; milliseconds since 1970. */
export interface TimesOfCheck {
  /** `undefined` under a definition that does not tell. */
  readonly dueAt: number | undefined;
  readonly askedAt: number;
  readonly answeredAt: number;
}

/**
 * Whether a check ran when it was due and was answered at once: the next one, seconds later, will very
 * likely be neither queued nor kept waiting.
 *
 * @param memory after the check
 */
export const wasSmooth = (
  { dueAt, askedAt, answeredAt }: TimesOfCheck,
  { failures, throttles }: Pick<PollMemory, 'failures' | 'throttles'>,
): boolean =>
  dueAt !== undefined &&
  askedAt - dueAt <= smoothMilliseconds &&
  answeredAt - askedAt <= smoothMilliseconds &&
  failures === 0 &&
  throttles === 0;

/**
 * Whole seconds, as Wait states take them, that come to `seconds` on average: of 4.45, eleven in
 * twenty are 4 and the others 5. So the mean interval is the one that was decided, and jobs that
 * started together do not beat together.
 *
 * @param floorSeconds which no rounding undercuts
 * @param random from 0 (included) to 1 (not included)
 */
export const wholeSeconds = (seconds: number, floorSeconds: number, random: number): number => {
  const whole = Math.floor(seconds);
  const rounded = random < seconds - whole ? whole + 1 : whole;
  return rounded < floorSeconds || rounded < 1 ? Math.ceil(seconds) : rounded;
};

/** Where a wait is spent, and what of it the state data says. */
export type WaitOf = Pick<Poll, 'waitSeconds' | 'pauseSeconds'> & {
  readonly next: 'wait' | 'goOn' | 'pause';
};

/** What decides where a wait is spent; times in milliseconds since 1970. */
export interface RoundSoFar {
  /**
   * When the checks machine was called; `undefined` under a definition with all states in one
   * machine.
   */
  readonly calledAt: number | undefined;
  /** See {@link wasSmooth}. */
  readonly isSmooth: boolean;
  readonly now: number;
}

/**
 * Where a wait before the next check is spent: in the checks machine as long as its time lasts, in
 * the next call of it, or in the generation machine.
 *
 * @param waitSeconds whole seconds
 */
export const waitOf = (waitSeconds: number, { calledAt, isSmooth, now }: RoundSoFar): WaitOf => {
  if (calledAt === undefined) return { next: 'wait', waitSeconds };
  if (waitSeconds > longestWaitSeconds)
    return { next: 'pause', waitSeconds: 0, pauseSeconds: waitSeconds };
  const lasts = isSmooth ? smoothRoundSeconds : roundSeconds;
  const isWithinRound = now + waitSeconds * 1000 <= calledAt + lasts * 1000;
  return { next: isWithinRound ? 'wait' : 'goOn', waitSeconds };
};
