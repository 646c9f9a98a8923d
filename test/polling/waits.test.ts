import { describe, expect, it } from 'vitest';
import { longestWaitSeconds } from '../../lambdas/contract/follow.ts';
import {
  roundSeconds,
  smoothRoundSeconds,
  waitOf,
  wasSmooth,
  wholeSeconds,
} from '../../lambdas/polling/waits.ts';

const calledAt = Date.parse('2026-11-20T10:00:00.000Z');

const after = (seconds: number): number => calledAt + seconds * 1000;

describe('whole seconds', () => {
  it.each([4.45, 5, 5.999, 16.2])('come to %f on average', (seconds) => {
    const count = 1000;
    const drawn = Array.from({ length: count }, (_, index) =>
      wholeSeconds(seconds, 0, (index + 0.5) / count),
    );
    expect(drawn.every(Number.isInteger)).toBe(true);
    expect(drawn.reduce((sum, one) => sum + one, 0) / count).toBeCloseTo(seconds, 2);
  });

  it.each([
    { seconds: 8.4, floorSeconds: 8.4, random: 0.99, whole: 9 },
    { seconds: 8, floorSeconds: 8, random: 0.99, whole: 8 },
    { seconds: 0.3, floorSeconds: 0, random: 0.99, whole: 1 },
    { seconds: 0, floorSeconds: 0, random: 0, whole: 0 },
  ])(
    'undercut no floor, and are none only where none is wanted: $seconds above $floorSeconds',
    ({ seconds, floorSeconds, random, whole }) => {
      expect(wholeSeconds(seconds, floorSeconds, random)).toBe(whole);
    },
  );
});

const delayed = { calledAt, isSmooth: false } as const;

const smooth = { calledAt, isSmooth: true } as const;

describe('a wait is spent', () => {
  it.each([
    { round: delayed, seconds: roundSeconds, what: 'after a check that was delayed' },
    { round: smooth, seconds: smoothRoundSeconds, what: 'after a smooth one' },
  ])(
    'in the checks machine as long as the check after it begins in its time: $seconds s $what',
    ({ round, seconds }) => {
      const lastMoment = after(seconds - 5);
      expect(waitOf(5, { ...round, now: lastMoment })).toEqual({ next: 'wait', waitSeconds: 5 });
      const justAfter = lastMoment + 1;
      expect(waitOf(5, { ...round, now: justAfter })).toEqual({ next: 'goOn', waitSeconds: 5 });
    },
  );

  it('in the generation machine where it is longer than is worth it, and then not again', () => {
    const now = calledAt;
    expect(waitOf(longestWaitSeconds, { ...delayed, now }).next).toBe('wait');
    const pauseSeconds = longestWaitSeconds + 1;
    expect(waitOf(pauseSeconds, { ...delayed, now })).toEqual({
      next: 'pause',
      waitSeconds: 0,
      pauseSeconds,
    });
  });

  it('where a machine without a checks machine has its Wait state, however long', () => {
    expect(waitOf(900, { calledAt: undefined, isSmooth: true, now: calledAt })).toEqual({
      next: 'wait',
      waitSeconds: 900,
    });
  });
});

describe('a check was smooth', () => {
  const times = { dueAt: calledAt, askedAt: after(0.2), answeredAt: after(0.6) };
  const calm = { failures: 0, throttles: 0 };

  it('where it ran when it was due and was answered at once', () => {
    expect(wasSmooth(times, calm)).toBe(true);
  });

  it.each([
    { what: 'it was queued', times: { ...times, askedAt: after(2.5), answeredAt: after(2.6) } },
    { what: 'its answer took long', times: { ...times, answeredAt: after(2.5) } },
    { what: 'its definition does not tell', times: { ...times, dueAt: undefined } },
    { what: 'it got no usable answer', memory: { failures: 1, throttles: 0 } },
    { what: 'it was throttled', memory: { failures: 0, throttles: 1 } },
  ])('but not where $what', ({ times: its = times, memory = calm }) => {
    expect(wasSmooth(its, memory)).toBe(false);
  });
});
