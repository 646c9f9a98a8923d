import { errorWords } from './error-words.ts';
import { unescaped } from './unescape.ts';
import { folded, humps, joined, unspaced, withoutUmlauts, type Word } from './words.ts';

/** Shortest part of a word, in letters, that is taken for one of the request's: `quar` of `quarterly`. */
const shortestPart = 4;

/** Shortest text of the request, in letters, that is searched for as a whole. */
const shortestWhole = 6;

/** One form for all writings of a character, and no unseen ones. */
export const withoutUnseen = (text: string): string =>
  text.normalize('NFKC').replaceAll(/\p{Cf}/gu, '');

/**
 * Every text that was posted. Names of fields are the API's own, unless they could not be: those of
 * free objects may be anything.
 */
const textsIn = (value: unknown): string[] => {
  if (typeof value === 'string') return [value];
  if (typeof value === 'number') return [String(value)];
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return Object.entries(value).flatMap(([name, entry]) => [
    ...(/^[A-Za-z_][\w.-]*$/.test(name) ? [] : [name]),
    ...textsIn(entry),
  ]);
};

/** What was posted, ready to be searched. */
export interface Posted {
  /** All words of all texts, with a space between and a line end after each text. */
  readonly all: string;
  /** Whole texts of more than one word. */
  readonly wholes: ReadonlySet<string>;
  /** Every two signs that stand side by side, of scripts without spaces. */
  readonly pairs: ReadonlySet<string>;
}

const pairsIn = (text: string): ReadonlySet<string> => {
  const pairs = new Set<string>();
  for (let at = 0; at + 1 < text.length; at += 1) {
    const pair = text.slice(at, at + 2);
    if (unspaced.test(pair)) pairs.add(pair);
  }
  return pairs;
};

/** See {@link Posted}. */
export const postedOf = (body: unknown): Posted => {
  const texts = textsIn(body).map((text) => withoutUnseen(unescaped(text)));
  const plain = texts.map(joined);
  const all = new Set([
    ...plain,
    ...texts.flatMap((text) => [joined(humps(text)), joined(withoutUmlauts(text))]),
  ]);
  const joinedTexts = `\n ${[...all].join(' \n ')} \n`;
  return {
    all: joinedTexts,
    wholes: new Set(plain.filter((text) => text.length >= shortestWhole && text.includes(' '))),
    pairs: pairsIn(joinedTexts),
  };
};

/** Whether a word is the request's, or a part of one that is. */
export const isPosted = ({ text, isKnown }: Word, { all }: Posted): boolean => {
  if (isKnown === true) return true;
  if (errorWords.has(text)) return false;
  if (/^\p{N}+$/u.test(text)) return text.length >= shortestPart && all.includes(` ${text} `);
  const shortest = unspaced.test(text) ? 2 : shortestPart;
  return text.length >= shortest && all.includes(text);
};

/** Signs in a row that may be a word, within a sentence that has no spaces. */
const shortestRun = (signs: string): number =>
  /^[\p{Script=Han}\p{Script=Hangul}]+$/u.test(signs) ? 2 : shortestPart;

/**
 * The end of what was posted, from a place on: as long as each sign follows the one before it there,
 * too. That is more than what stands so as a whole, and needs no search for each sign.
 */
const endOfPosted = (text: string, from: number, { pairs }: Posted): number => {
  let to = from + 1;
  while (to < text.length && pairs.has(folded(text.slice(to - 1, to + 1)))) to += 1;
  return to - from >= shortestRun(text.slice(from, to)) ? to : from;
};

/** A sentence without spaces in pieces: what of it was posted, and what stands between. */
export const piecesOf = (word: Word, whole: string, posted: Posted): readonly Word[] => {
  if (!unspaced.test(word.text) || isPosted(word, posted)) return [word];
  const pieces: Word[] = [];
  const add = (start: number, end: number, isKnown?: true): void => {
    const text = folded(whole.slice(start, end));
    if (end > start) pieces.push({ text, start, end, ...(isKnown && { isKnown }) });
  };
  const upToEnd = whole.slice(0, word.end);
  let [from, at] = [word.start, word.start];
  while (at < word.end) {
    const end = endOfPosted(upToEnd, at, posted);
    if (end > at) {
      add(from, at);
      add(at, end, true);
      from = end;
    }
    at = Math.max(end, at + 1);
  }
  add(from, word.end);
  return pieces;
};
