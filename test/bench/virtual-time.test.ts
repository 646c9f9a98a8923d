import { describe, expect, it } from 'vitest';
import { createVirtualTime } from '../../bench/detection/virtual-time.ts';

describe('virtual time', () => {
  it('wakes activities in the order of their time, and at the same time in the order of their asking', async () => {
    const time = createVirtualTime(0);
    const seen: string[] = [];
    const activity = (name: string, pauses: readonly number[]) => async (): Promise<void> => {
      for (const pause of pauses) {
        await time.clock.sleep(pause);
        seen.push(`${name} ${time.clock.now()}`);
      }
    };
    time.start(0, activity('slow', [50, 50]));
    time.start(10, activity('quick', [10, 10, 20]));
    await time.run();
    expect(seen).toEqual(['quick 20', 'quick 30', 'slow 50', 'quick 50', 'slow 100']);
  });

  it('lets everything between two pauses happen at the same moment', async () => {
    const time = createVirtualTime(0);
    const moments: number[] = [];
    time.start(0, async () => {
      for (let step = 0; step < 50; step += 1) await Promise.resolve();
      moments.push(time.clock.now());
    });
    time.start(1, async () => {
      moments.push(time.clock.now());
    });
    await time.run();
    expect(moments).toEqual([0, 1]);
  });

  it('keeps the order of thousands of wake-ups', async () => {
    const time = createVirtualTime(0);
    const seen: number[] = [];
    for (let index = 0; index < 5000; index += 1) {
      time.start((index * 7919) % 5000, async () => {
        seen.push(time.clock.now());
      });
    }
    await time.run();
    expect(seen).toEqual(Array.from({ length: 5000 }, (_, index) => index));
  });

  it('ends with the error of an activity', async () => {
    const time = createVirtualTime(0);
    time.start(0, async () => {
      throw new Error('out of order');
    });
    await expect(time.run()).rejects.toThrow('out of order');
  });
});
