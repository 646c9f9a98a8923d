import { copyInputSchema, type Copy } from '../contract/state.ts';
import { copyGeneration } from '../copying/copy-generation.ts';
import type { CopyOptions } from '../copying/copy-options.ts';

/** What the copy function needs of the world. */
export type CopyExportsOptions = Omit<CopyOptions, 'stopAt'>;

/** The part of a Lambda context that is used: milliseconds until the invocation is cut off. */
export interface CopyContext {
  getRemainingTimeInMillis(): number;
}

/**
 * Time kept back at the end of an invocation, in milliseconds: longer than a stalled transfer goes unnoticed (30 s), with as
 * much again for the last parts, the documents and the manifest.
 */
const reserveMilliseconds = 90_000;

/** Where an invocation is short, at most this share of it is kept back. */
const reserveShare = 0.25;

/**
 * The copy step: downloads what the provider exported, stores it verified, and answers what the machine does next. Expected
 * trouble is an answer (`fail`, `more`, `checkAgain`); only surprises are thrown.
 */
export const createCopyExports = (options: CopyExportsOptions): ((input: unknown, context: CopyContext) => Promise<Copy>) => {
  return async (input, context) => {
    const remaining = context.getRemainingTimeInMillis();
    const stopAt = options.clock.now() + remaining - Math.min(reserveMilliseconds, remaining * reserveShare);
    return copyGeneration(copyInputSchema.parse(input), { ...options, stopAt });
  };
};
