import { describe, expect, it } from 'vitest';
import { createRequestPacer, type RequestPace } from '../../lambdas/polling/request-pace.ts';
import { virtualClock } from '../support/virtual-clock.ts';

const perceptis: RequestPace = { intervalSeconds: 2.2, leastSeconds: 1.05 };
const gamma: RequestPace = {
  intervalSeconds: 5,
  throttledSeconds: 30,
  lowBurst: { below: 100, intervalSeconds: 15 },
};

const start = (pace: RequestPace, lastRequestAt?: (now: number) => number) => {
  const clock = virtualClock();
  const pacer = createRequestPacer(clock, pace, lastRequestAt?.(clock.now()));
  const ask = async (question: string, report: object = {}): Promise<void> => {
    await pacer.before(question);
    pacer.heard(question, { status: {}, ...report });
  };
  return { clock, pacer, ask };
};

describe("the provider's pace", () => {
  it('holds the first question back where another function has just asked', async () => {
    const { clock, ask } = start(perceptis, (now) => now - 300);
    await ask('status');
    expect(clock.slept).toEqual([0.75]);
  });

  it('lets the first question pass where nobody has asked for long', async () => {
    const { clock, ask } = start(perceptis, (now) => now - 60_000);
    await ask('status');
    const other = start(perceptis);
    await other.ask('status');
    expect([clock.slept, other.clock.slept]).toEqual([[], []]);
  });

  it('holds nothing back where the provider has no rule for it but its interval', async () => {
    const { clock, pacer, ask } = start(gamma, (now) => now - 300);
    await ask('status');
    await ask('link a');
    await pacer.settle();
    expect(clock.slept).toEqual([]);
    await ask('status');
    expect(clock.slept).toEqual([5]);
  });

  it('lies between any two questions, and the whole interval between the same', async () => {
    const { clock, ask } = start(perceptis);
    await ask('status');
    await ask('link a');
    await ask('status');
    await ask('status');
    expect(clock.slept).toEqual([1.05, 1.15, 2.2]);
  });

  it('is slower while the burst budget is low', async () => {
    const { clock, ask } = start(gamma);
    await ask('status', { rateLimits: { burst: { limit: 10_000, remaining: 99 } } });
    await ask('status', { rateLimits: { burst: { limit: 10_000, remaining: 5000 } } });
    await ask('status');
    expect(clock.slept).toEqual([15, 5]);
  });

  it('is what the provider documents after a 429 that names no time, doubled each time', () => {
    const { pacer } = start(gamma);
    const throttled = { status: { kind: 'throttled' } };
    const pauses = [1, 2, 3].map((attempt) => pacer.pauseAfterTrouble(attempt, throttled, () => 0));
    expect(pauses).toEqual([30_000, 60_000, 120_000]);
    expect(pacer.pauseAfterTrouble(1, { ...throttled, retryAfterSeconds: 7 }, () => 0)).toBe(7000);
  });

  it('is never more often than the interval after trouble of another kind', () => {
    const { pacer } = start(perceptis);
    expect(pacer.pauseAfterTrouble(1, { status: { kind: 'unavailable' } }, () => 0)).toBe(2200);
  });

  it('holds no question back for longer than half a minute, whatever is configured', async () => {
    const { clock, ask } = start({ intervalSeconds: 3600 });
    await ask('status');
    await ask('status');
    expect(clock.slept).toEqual([30]);
  });

  it('is left to the next function as it was found', async () => {
    const { clock, pacer, ask } = start(perceptis);
    await ask('status');
    await pacer.settle();
    expect(clock.slept).toEqual([1.05]);
  });
});
