import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { freshMemory } from '../../lambdas/contract/state.ts';
import type { Report } from '../../lambdas/polling/status.ts';
import { forewarned, holdBack, throttledKey } from '../../lambdas/polling/throttled-key.ts';

const at = Date.parse('2026-11-20T10:00:00.000Z');
const deadline = '2026-11-20T11:00:00.000Z';
const key = { at, until: at + 60_000, slowdown: 17 };
const throttled: Report = { status: { kind: 'throttled', message: '429' } };

describe('what a 429 tells of its key', () => {
  it.each([
    {
      name: 'the documented pause',
      report: throttled,
      pace: { throttledSeconds: 30 },
      until: at + 30_000,
    },
    {
      name: 'Retry-After before that',
      report: { ...throttled, retryAfterSeconds: 7 },
      pace: { throttledSeconds: 30 },
      until: at + 7000,
    },
    { name: 'nothing of a pause where neither is there', report: throttled, pace: {}, until: at },
  ])('$name', ({ report, pace, until }) => {
    expect(throttledKey(report, { ...freshMemory, slowdown: 4 }, pace, at)).toEqual({
      at,
      until,
      slowdown: 4,
    });
  });

  it('is told by no other answer', () => {
    expect(
      throttledKey(
        { status: { kind: 'pending', said: 'pending' } },
        freshMemory,
        { throttledSeconds: 30 },
        at,
      ),
    ).toBeUndefined();
  });
});

describe('a generation that hears of it', () => {
  it('takes the slowdown over, half of it after each quarter of an hour', () => {
    const slowdowns = [0, 15, 30].map(
      (minutes) => forewarned(freshMemory, key, at + minutes * 60_000).slowdown,
    );
    expect(slowdowns).toEqual([17, 9, 5]);
  });

  it('is never made quicker by it', () => {
    expect(forewarned({ ...freshMemory, slowdown: 64 }, key, at).slowdown).toBe(64);
  });

  it('waits until the pause is over and up to four minutes longer, since others wait as well', () => {
    expect(holdBack(freshMemory, key, { deadline }, at + 20_000, 0)?.seconds).toBe(40);
    expect(holdBack(freshMemory, key, { deadline }, at + 20_000, 0.5)?.seconds).toBe(160);
  });

  it('may check when the pause is over, and when it has just been held back', () => {
    expect(holdBack(freshMemory, key, { deadline }, at + 60_000, 0)).toBeUndefined();
    expect(holdBack({ ...freshMemory, heldBack: true }, key, { deadline }, at, 0)).toBeUndefined();
  });

  it('is never held back at or past its deadline, nor beyond it', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -120, max: 120 }),
        fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
        (left, random) => {
          const held = holdBack(
            freshMemory,
            key,
            { deadline: new Date(at + left * 1000).toISOString() },
            at,
            random,
          );
          if (left <= 0) expect(held).toBeUndefined();
          else expect(held?.seconds).toBeLessThanOrEqual(left);
        },
      ),
    );
  });
});
