import type { Clock } from '../contract/ports.ts';
import type { Poll } from '../contract/state.ts';
import type { Decision } from './policy.ts';

/**
 * A wait shorter than this, in seconds, is slept inside the check. Wait, Check and Choice are three
 * state transitions at $0.000025 each; for that money a 128 MB arm64 Lambda function lives 45 s
 * ($0.0000016667 per second, us-east-1).
 */
const breakEvenSeconds = 45;

/**
 * A wait shorter than this, in seconds, is slept by a check that begins anyway: the Wait state
 * alone is one transition, a third of {@link breakEvenSeconds}.
 */
const transitionSeconds = 15;

/**
 * How a wait before a round of checks is spent: in the Wait state, or inside the check, where it is
 * short and the window is open.
 *
 * @param windowSeconds of the check; 0 leaves every wait to the Wait state
 */
export const beforeRound = (
  seconds: number,
  windowSeconds: number,
): Pick<Poll, 'waitSeconds' | 'sleepSeconds'> =>
  seconds > 0 && seconds < transitionSeconds && seconds <= windowSeconds
    ? { waitSeconds: 0, sleepSeconds: seconds }
    : { waitSeconds: Math.ceil(seconds) };

/** The window of one invocation. */
export interface CheckWindowOptions {
  /** One check and its decision, given the decision before it. */
  readonly check: () => Promise<Decision>;
  /** Seconds that the invocation may linger; 0 turns the window off. */
  readonly windowSeconds: number;
  /** Seconds to sleep before the first check: see {@link beforeRound}. */
  readonly sleepSeconds?: number;
  readonly clock: Clock;
}

/**
 * Checks, and goes on checking as long as the next check is near and the window is open. Whatever
 * ends it is what the state machine acts on: a longer wait, a question, a copy or a stop.
 */
export const checkWithinWindow = async (options: CheckWindowOptions): Promise<Decision> => {
  const { check, windowSeconds, sleepSeconds = 0, clock } = options;
  const closesAt = clock.now() + windowSeconds * 1000;
  if (sleepSeconds > 0) await clock.sleep(sleepSeconds * 1000);
  for (;;) {
    const decision = await check();
    if (decision.next !== 'wait') return decision;
    const isNear =
      decision.seconds < breakEvenSeconds && clock.now() + decision.seconds * 1000 <= closesAt;
    if (windowSeconds === 0 || !isNear) return decision;
    await clock.sleep(decision.seconds * 1000);
  }
};
