import * as z from 'zod';

/** A word without what spellings differ in: case, space around it, and what parts its halves. */
const plainWord = (word: string): string =>
  word
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_-]+/g, '_');

/**
 * The documented word that a provider means: "Completed" and " COMPLETED " are `completed`,
 * "in-progress" is `in_progress`. `undefined` for any other word.
 */
export const knownWord = <Word extends string>(
  words: readonly Word[],
  said: string,
): Word | undefined => words.find((word) => plainWord(word) === plainWord(said));

/** {@link knownWord} as a field: any other text stays as it is. */
export const wordField = (words: readonly string[]) =>
  z.string().transform((said): string => knownWord(words, said) ?? said);

/** A number, which some write as a text; what is none is no number. */
export const numberField = z.union([
  z.number(),
  z
    .string()
    .regex(/^\s*-?\d{1,15}(?:\.\d{1,15})?\s*$/)
    .transform(Number),
]);
