import { setTimeout } from 'node:timers/promises';
import type { Clock } from '../lambdas/contract/ports.ts';

/** The system's time, whose sleepers are woken with an error when the signal is aborted. */
export const createStoppableClock = (signal: AbortSignal): Clock => ({
  now: () => Date.now(),
  sleep: async (milliseconds) => {
    await setTimeout(milliseconds, undefined, { signal });
  },
});
