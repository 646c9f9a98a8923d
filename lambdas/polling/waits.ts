import { longestWaitSeconds } from '../contract/follow.ts';
import type { Poll } from '../contract/state.ts';

/**
 * Seconds from the call of the checks machine in which a check may begin. An Express execution
 * lives 300 s (Step Functions Developer Guide, "Quotas"): the rest is for a check that takes
 * its longest (35 s), and for the report (10 s).
 */
export const roundSeconds = 250;

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

/**
 * Where a wait before the next check is spent: in the checks machine as long as its time lasts, in
 * the next call of it, or in the generation machine.
 *
 * @param waitSeconds whole seconds
 * @param calledAt when the checks machine was called, milliseconds since 1970; `undefined` under a
 *   definition with all states in one machine
 * @param now milliseconds since 1970
 */
export const waitOf = (waitSeconds: number, calledAt: number | undefined, now: number): WaitOf => {
  if (calledAt === undefined) return { next: 'wait', waitSeconds };
  if (waitSeconds > longestWaitSeconds)
    return { next: 'pause', waitSeconds: 0, pauseSeconds: waitSeconds };
  const isWithinRound = now + waitSeconds * 1000 <= calledAt + roundSeconds * 1000;
  return { next: isWithinRound ? 'wait' : 'goOn', waitSeconds };
};
