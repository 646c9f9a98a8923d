import { withoutEncoded } from './encoded-text.ts';
import { isPosted, piecesOf, postedOf, withoutUnseen, type Posted } from './posted.ts';
import { unescaped } from './unescape.ts';
import { humps, wordsOf, type Word } from './words.ts';

/** Words in a row that are the request's, though each alone is a word of errors. */
const shortestPhrase = 4;

/** Longest text of an answer that is looked through; a message holds 500 characters. */
const maxTold = 2000;

/** What takes the place of what was posted. */
const replacement = '[…]';

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

const holdsPosted =
  (posted: Posted) =>
  (text: string): boolean =>
    wordsOf(withoutUnseen(unescaped(text))).some((word) => isPosted(word, posted));

const erase = (whole: string, posted: Posted): string => {
  const told = withoutEncoded(whole.slice(0, maxTold), holdsPosted(posted), replacement);
  const text = withoutUnseen(unescaped(told));
  const words = wordsOf(text).flatMap((word) => piecesOf(word, text, posted));
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
