import type { Clock } from '../../../lambdas/contract/ports.ts';

/** A clock that stands still until somebody sleeps, and then has always slept long enough. */
export interface VirtualClock extends Clock {
  /** Lets time pass. */
  pass(seconds: number): void;
}

/**
 * See {@link VirtualClock}. Sleeps that overlap end where the longest of them ends, as they do in
 * the world.
 */
export const createVirtualClock = (start = Date.parse('2026-11-22T10:00:00Z')): VirtualClock => {
  let now = start;
  return {
    now: () => now,
    sleep: async (milliseconds) => {
      const until = now + milliseconds;
      await new Promise<void>((resolve) => {
        setImmediate(resolve);
      });
      now = Math.max(now, until);
    },
    pass: (seconds) => {
      now += seconds * 1000;
    },
  };
};
