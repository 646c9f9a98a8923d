import type { Random } from '../../lambdas/contract/ports.ts';

/** A seeded generator (mulberry32): the same seed gives the same figures on every machine. */
export const seededRandom = (seed: number): Random => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

/** A number with the standard normal distribution (Box and Muller). */
export const normal = (random: Random): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** Mean of the numbers; 0 where there are none. */
export const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;

/** The number below which a part of all numbers lies: `quantile(lags, 0.95)`. */
export const quantile = (values: readonly number[], part: number): number =>
  values.toSorted((one, other) => one - other)[
    Math.min(values.length - 1, Math.floor(values.length * part))
  ] ?? 0;

/**
 * Standard error of the mean: how far the mean of another sample of this size would lie away, about
 * two times in three.
 */
export const standardError = (values: readonly number[]): number => {
  const centre = mean(values);
  return Math.sqrt(
    mean(values.map((value) => (value - centre) ** 2)) / Math.max(1, values.length - 1),
  );
};
