import { describe, expect, it } from 'vitest';
import { longestWaitSeconds } from '../../lambdas/contract/follow.ts';
import { roundSeconds, waitOf, wholeSeconds } from '../../lambdas/polling/waits.ts';

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

describe('a wait is spent', () => {
  it('in the checks machine as long as the check after it begins in its time', () => {
    expect(waitOf(5, calledAt, after(roundSeconds - 5))).toEqual({ next: 'wait', waitSeconds: 5 });
  });

  it('in its next call where it does not', () => {
    const justAfter = after(roundSeconds - 5) + 1;
    expect(waitOf(5, calledAt, justAfter)).toEqual({ next: 'goOn', waitSeconds: 5 });
  });

  it('in the generation machine where it is longer than is worth it, and then not again', () => {
    expect(waitOf(longestWaitSeconds, calledAt, calledAt).next).toBe('wait');
    const pauseSeconds = longestWaitSeconds + 1;
    expect(waitOf(pauseSeconds, calledAt, calledAt)).toEqual({
      next: 'pause',
      waitSeconds: 0,
      pauseSeconds,
    });
  });

  it('where a machine without a checks machine has its Wait state, however long', () => {
    expect(waitOf(900, undefined, calledAt)).toEqual({ next: 'wait', waitSeconds: 900 });
  });
});
