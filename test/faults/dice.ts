/** Random choices that follow from a seed alone. */
export interface Dice {
  /** From 0 (included) to 1 (not included). */
  readonly next: () => number;
  /** A whole number, both bounds included. */
  between(least: number, most: number): number;
  /** True so often, from 0 to 1. */
  chance(probability: number): boolean;
  pick<T>(list: readonly T[]): T;
}

/** FNV-1a: spreads a text over 32 bits. */
const hashed = (text: string): number =>
  Array.from(text).reduce(
    (hash, letter) => Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 16_777_619) >>> 0,
    2_166_136_261,
  );

/** Mulberry32: small, fast, and good enough to choose faults with. */
const mulberry = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d_2b_79_f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

/** See {@link Dice}. Equal seeds give equal choices. */
export const createDice = (seed: string): Dice => {
  const next = mulberry(hashed(seed));
  const between = (least: number, most: number): number =>
    least + Math.floor(next() * (most - least + 1));
  return {
    next,
    between,
    chance: (probability) => next() < probability,
    pick: (list) => {
      const picked = list[between(0, list.length - 1)];
      if (picked === undefined) throw new Error('there is nothing to pick from');
      return picked;
    },
  };
};
