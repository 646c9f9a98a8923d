import { setTimeout } from 'node:timers/promises';
import type { Clock } from '../contract/ports.ts';

/** The system's time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (milliseconds) => {
    await setTimeout(milliseconds);
  },
};
