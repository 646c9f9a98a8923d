import type { Clock } from '../../lambdas/contract/ports.ts';

/** A clock that jumps: a pause takes no time and moves it on. */
export interface VirtualClock extends Clock {
  /** Every pause that was asked for, in seconds. */
  readonly slept: number[];
  advance(seconds: number): void;
}

/** @param start ISO 8601 */
export const virtualClock = (start = '2026-11-20T10:00:00.000Z'): VirtualClock => {
  let now = Date.parse(start);
  const slept: number[] = [];
  return {
    slept,
    now: () => now,
    sleep: async (milliseconds) => {
      slept.push(milliseconds / 1000);
      now += milliseconds;
    },
    advance: (seconds) => {
      now += seconds * 1000;
    },
  };
};
