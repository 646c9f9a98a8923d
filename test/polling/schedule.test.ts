import { describe, expect, it } from 'vitest';
import { firstCheckSeconds, recovered, slowedDown } from '../../lambdas/polling/schedule.ts';

describe('the first check', () => {
  it('comes after the usual minimum of the provider', () => {
    expect(firstCheckSeconds({ firstCheckSeconds: 20 }, undefined)).toBe(20);
  });

  it.each([
    { expected: 120, first: 84 },
    { expected: 10, first: 7 },
    { expected: 0.5, first: 1 },
  ])(
    'comes after a good part of the $expected s that the caller expects',
    ({ expected, first }) => {
      expect(firstCheckSeconds({ firstCheckSeconds: 20 }, expected)).toBe(first);
    },
  );
});

const path = (isBlind: boolean): number[] =>
  Array.from({ length: 7 }).reduce<number[]>(
    (all) => [...all, slowedDown(all.at(-1) ?? 1, isBlind)],
    [1],
  );

describe('the slowdown after 429 answers', () => {
  it('doubles where more than the 429 tells of the limit, up to 64 intervals', () => {
    expect(path(false)).toEqual([1, 2, 4, 8, 16, 32, 64, 64]);
  });

  it('is sixteenfold at once where nothing else does', () => {
    expect(path(true)).toEqual([1, 16, 64, 64, 64, 64, 64, 64]);
  });

  it('shrinks step by step and never below the documented interval', () => {
    expect(recovered(2)).toBeCloseTo(1.92);
    expect(recovered(1.02)).toBe(1);
  });
});
