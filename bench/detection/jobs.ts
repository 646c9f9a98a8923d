import type { Random } from '../../lambdas/contract/ports.ts';
import { normal } from './random.ts';

/** How the lengths of generations scatter around a nominal length. */
export type Distribution = 'uniform' | 'lognormal' | 'bimodal';

/** Every distribution that is simulated. */
export const distributions: readonly Distribution[] = ['uniform', 'lognormal', 'bimodal'];

/** Nominal lengths in seconds: about 1, 3, 10, 25 and 40 minutes. */
export const nominalSeconds: readonly number[] = [60, 180, 600, 1500, 2400];

/**
 * Logarithmic width of the lognormal lengths: two thirds lie within a quarter of the nominal
 * length.
 */
const lognormalWidth = 0.25;

/**
 * The bimodal lengths: small decks and large ones, as parts of the nominal length, each scattered
 * by a tenth.
 */
const modes = { small: 0.7, large: 1.3, scatter: 0.1 };

/** One length in seconds. */
export const lengthOf = (distribution: Distribution, nominal: number, random: Random): number => {
  switch (distribution) {
    case 'uniform':
      return nominal * (0.85 + 0.3 * random());
    case 'lognormal':
      return nominal * Math.exp(lognormalWidth * normal(random));
    case 'bimodal': {
      const mode = random() < 0.5 ? modes.small : modes.large;
      return nominal * mode * (1 - modes.scatter + 2 * modes.scatter * random());
    }
  }
};

/** Chronicle plans the storyline first, without figures, then reports whole slides. */
const chronicleShape = { planningPart: 0.25, slides: 12 };

/**
 * Duomi's jobs queue first, then report whole percents; early slides take longer than late ones.
 */
const duomiShape = { queueingPart: 0.1, acceleration: 1.3 };

const afterStart = (part: number, start: number): number =>
  Math.max(0, (part - start) / (1 - start));

/**
 * How a provider's progress reports grow with the part of the job that is done; `undefined` where
 * it reports none.
 */
export const progressOf: Readonly<Record<string, (part: number) => number>> = {
  chronicle: (part) =>
    Math.floor(afterStart(part, chronicleShape.planningPart) * chronicleShape.slides) /
    chronicleShape.slides,
  duomi: (part) =>
    Math.floor(afterStart(part, duomiShape.queueingPart) ** duomiShape.acceleration * 100) / 100,
};
