import { readFileSync } from 'node:fs';
import * as z from 'zod';

const mutantSchema = z.object({
  /** What is broken, for people. */
  rule: z.string(),
  /** Below lambdas/polling. */
  file: z.string(),
  /** Occurs once in the file. */
  replace: z.string(),
  with: z.string(),
});

/** One rule of the polling policy, and how it is broken. */
export type Mutant = z.infer<typeof mutantSchema>;

/** Every rule that is broken. */
export const mutants: readonly Mutant[] = z
  .array(mutantSchema)
  .parse(JSON.parse(readFileSync(new URL('mutants.json', import.meta.url), 'utf8')));

/**
 * The source of a file with its rule broken.
 *
 * @throws where the text to replace is not there, or more than once
 */
export const mutated = (source: string, { rule, file, replace, with: by }: Mutant): string => {
  const [before, after, ...more] = source.split(replace);
  if (before === undefined || after === undefined || more.length > 0) {
    throw new Error(
      `the mutant "${rule}" does not fit: lambdas/polling/${file} has its text ${more.length + (after === undefined ? 0 : 1)} times`,
    );
  }
  return before + by + after;
};
