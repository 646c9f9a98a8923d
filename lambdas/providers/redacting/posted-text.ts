import { errorWords } from './error-words.ts';
import { unescaped } from './unescape.ts';

/** Shortest part of a word, in letters, that is taken for one of the request's: `quar` of `quarterly`. */
const shortestPart = 4;

/** Words in a row that are the request's, though each alone is a word of errors. */
const shortestPhrase = 4;

/** Shortest text of the request, in letters, that is searched for as a whole. */
const shortestWhole = 6;

/** Longest text of an answer that is looked through; a message holds 500 characters. */
const maxTold = 2000;

/** What takes the place of what was posted. */
const replacement = '[…]';

/** Scripts that put no space between words: two signs of them may be a word. */
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}]/u;

interface Word {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** One spelling for all cases: "STRASSE" is "straße". */
const folded = (text: string): string => text.toUpperCase().toLowerCase();

const withoutUnseen = (text: string): string => text.normalize('NFKC').replaceAll(/\p{Cf}/gu, '');

const wordsOf = (text: string): Word[] =>
  [...text.matchAll(/[\p{L}\p{M}\p{N}]+/gu)].map((match) => ({
    text: folded(match[0]),
    start: match.index,
    end: match.index + match[0].length,
  }));

/** `UmbraReport` as its two words. */
const humps = (text: string): string => text.replaceAll(/(\p{Ll})(\p{Lu})/gu, '$1 $2');

const joined = (text: string): string =>
  wordsOf(text)
    .map((word) => word.text)
    .join(' ');

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
interface Posted {
  /** All words of all texts, with a space between and a line end after each text. */
  readonly all: string;
  /** Whole texts of more than one word. */
  readonly wholes: ReadonlySet<string>;
}

const postedOf = (body: unknown): Posted => {
  const texts = textsIn(body).map((text) => withoutUnseen(unescaped(text)));
  const plain = texts.map(joined);
  const all = new Set([...plain, ...texts.map((text) => joined(humps(text)))]);
  return {
    all: `\n ${[...all].join(' \n ')} \n`,
    wholes: new Set(plain.filter((text) => text.length >= shortestWhole && text.includes(' '))),
  };
};

const isPosted = ({ text }: Word, { all }: Posted): boolean => {
  if (errorWords.has(text)) return false;
  if (/^\p{N}+$/u.test(text)) return text.length >= shortestPart && all.includes(` ${text} `);
  const shortest = unspaced.test(text) ? 2 : shortestPart;
  return text.length >= shortest && all.includes(text);
};

/** How many of the first words stand so in what was posted: as a phrase, or as a whole text of it. */
const repeated = (words: readonly Word[], { all, wholes }: Posted): number => {
  let phrase = '';
  let length = 0;
  for (const [index, { text }] of words.entries()) {
    phrase += index === 0 ? text : ` ${text}`;
    if (!all.includes(` ${phrase} `)) break;
    if (index + 1 >= shortestPhrase || wholes.has(phrase)) length = index + 1;
  }
  return length;
};

/** Which words of a text are the request's: alone, as a phrase, or as a whole text of it. */
const markPosted = (words: readonly Word[], posted: Posted): boolean[] => {
  const marks = words.map((word) => isPosted(word, posted));
  let start = 0;
  while (start < words.length) {
    const length = repeated(words.slice(start), posted);
    marks.fill(true, start, start + length);
    start += Math.max(length, 1);
  }
  return marks;
};

const erase = (whole: string, posted: Posted): string => {
  const told = whole.slice(0, maxTold);
  const text = withoutUnseen(unescaped(told));
  const words = wordsOf(text);
  const marks = markPosted(words, posted);
  // Only the humps of what is left: `UmbraReport` where "Umbra" was posted.
  const split = words.map((word, index) =>
    marks[index] === true ? [] : wordsOf(humps(text.slice(word.start, word.end))),
  );
  const isMarked = words.map(
    (_, index) =>
      marks[index] === true ||
      ((split[index]?.length ?? 0) > 1 &&
        (split[index] ?? []).some((part) => isPosted(part, posted))),
  );
  if (!isMarked.includes(true)) return told;
  let result = '';
  let from = 0;
  for (const [index, word] of words.entries()) {
    if (isMarked[index] !== true) continue;
    result += text.slice(from, word.start) + replacement;
    from = word.end;
  }
  const erased = result + text.slice(from);
  return erased.replaceAll(/\[…\](?:[^\p{L}\p{N}[]*\[…\])+/gu, replacement);
};

/**
 * Makes what takes the content of a request out of a text of its answer: whole texts, phrases and
 * words, in any case, cut, quoted, and escaped for URLs, JSON or HTML. Words in which errors are told
 * stay, so that an error is still understood.
 *
 * @param body what was posted
 */
export const postedEraser = (body: unknown): ((text: string) => string) => {
  let posted: Posted | undefined;
  return (text) => {
    // Most posts are accepted: nothing is prepared for them.
    posted ??= postedOf(body);
    return erase(text, posted);
  };
};
