/** A word of a text and where in it. */
export interface Word {
  /** See {@link folded}. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** It was found in the request already. */
  readonly isKnown?: true;
}

/** Scripts that put no space between words: two signs of them may be a word. */
export const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}]/u;

/** One spelling for all cases, with accents and without: "MULLERSTRASSE" is "Müllerstraße". */
export const folded = (text: string): string =>
  text.normalize('NFKD').replaceAll(/\p{M}/gu, '').normalize('NFC').toUpperCase().toLowerCase();

/** Letters and digits in a row, each in its folded spelling. */
export const wordsOf = (text: string): Word[] =>
  [...text.matchAll(/[\p{L}\p{M}\p{N}]+/gu)].map((match) => ({
    text: folded(match[0]),
    start: match.index,
    end: match.index + match[0].length,
  }));

/** `UmbraReport` as its two words. */
export const humps = (text: string): string => text.replaceAll(/(\p{Ll})(\p{Lu})/gu, '$1 $2');

/** The words of a text with one space between them. */
export const joined = (text: string): string =>
  wordsOf(text)
    .map((word) => word.text)
    .join(' ');

/** "Mueller", where there are no umlauts. */
export const withoutUmlauts = (text: string): string =>
  text.normalize('NFC').replaceAll(/[äöüÄÖÜ]/g, (letter) => `${folded(letter)}e`);
