import type { Clock } from '../../../lambdas/contract/ports.ts';
import type { Timeline } from './timeline.ts';

/**
 * Runs something while others sleep: its own sleeps are things that happen in time, so that nobody
 * waits for it. Settles where it sleeps for the first time, or ends before.
 *
 * @param run must not throw; sleeps one at a time
 */
export const runBeside = async (
  timeline: Timeline,
  run: (clock: Clock) => Promise<void>,
): Promise<void> => {
  let asleep: (() => void) | undefined;
  const untilAsleep = async (): Promise<void> =>
    new Promise((resolve) => {
      asleep = resolve;
    });
  const sleep = async (milliseconds: number): Promise<void> =>
    new Promise((wake) => {
      timeline.at(timeline.now() + Math.max(0, milliseconds), async () => {
        const again = untilAsleep();
        wake();
        await Promise.race([end, again]);
      });
      asleep?.();
    });
  const first = untilAsleep();
  const end = run({ now: () => timeline.now(), sleep });
  await Promise.race([end, first]);
};
