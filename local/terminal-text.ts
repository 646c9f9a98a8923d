import { stripVTControlCharacters } from 'node:util';
import stringWidth from 'string-width';
import { providerText } from '../lambdas/providers/translating/text.ts';

/** Longest text, in UTF-16 units, that is laid out at all. */
const maxLength = 4000;

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

const graphemesOf = (text: string): readonly string[] =>
  [...graphemes.segment(text)].map(({ segment }) => segment);

/** A column for each, and nothing to look up. */
const isAscii = (text: string): boolean => /^[\u0020-\u007E]*$/.test(text);

/**
 * Columns that one grapheme takes at most. Terminals differ over emoji that are joined from several:
 * some draw one of two columns, others draw each part.
 */
const graphemeWidth = (grapheme: string): number => {
  if (isAscii(grapheme)) return grapheme.length;
  const parts = Array.from(grapheme, (part) => stringWidth(part));
  return Math.max(
    stringWidth(grapheme),
    parts.reduce((sum, width) => sum + width, 0),
  );
};

/** Columns that a text takes in a terminal, at most. */
export const widthOf = (text: string): number =>
  isAscii(text)
    ? text.length
    : graphemesOf(text).reduce((sum, grapheme) => sum + graphemeWidth(grapheme), 0);

/** A text on one line, with nothing in it that acts on a terminal. */
export const plain = (text: string): string =>
  providerText(stripVTControlCharacters(text), maxLength);

/** The longest beginning of a text that fits, as graphemes. */
const beginningOf = (characters: readonly string[], width: number): readonly string[] => {
  let taken = 0;
  const end = characters.findIndex((character) => {
    taken += graphemeWidth(character);
    return taken > width;
  });
  return end === -1 ? characters : characters.slice(0, end);
};

/** A text that fits the width, with "…" at its end where something was left out. */
export const cut = (text: string, width: number): string => {
  if (widthOf(text) <= width) return text;
  if (width < 1) return '';
  return `${beginningOf(graphemesOf(text), width - 1).join('')}…`;
};

/** The same with "…" in the middle: the ends of an id tell more than its middle. */
export const cutMiddle = (text: string, width: number): string => {
  if (widthOf(text) <= width) return text;
  if (width < 1) return '';
  const characters = graphemesOf(text);
  const begin = beginningOf(characters, Math.ceil((width - 1) / 2));
  const end = beginningOf(characters.toReversed(), Math.floor((width - 1) / 2));
  return `${begin.join('')}…${end.toReversed().join('')}`;
};

/** A text with spaces after it up to the width. */
export const padRight = (text: string, width: number): string =>
  `${text}${' '.repeat(Math.max(0, width - widthOf(text)))}`;

/** A word in pieces that fit; most words are one piece. */
const piecesOf = (word: string, width: number): readonly string[] => {
  if (widthOf(word) <= width) return [word];
  const pieces: string[] = [];
  let rest = graphemesOf(word);
  while (rest.length > 0) {
    const fitting = beginningOf(rest, width);
    // A character that is wider than the line stands on a line of its own.
    const piece = fitting.length === 0 ? rest.slice(0, 1) : fitting;
    pieces.push(piece.join(''));
    rest = rest.slice(piece.length);
  }
  return pieces;
};

/** A text in lines that fit the width, broken between words where there are any. */
export const wrap = (text: string, width: number): readonly string[] => {
  const lines: string[] = [];
  for (const piece of text.split(' ').flatMap((word) => piecesOf(word, Math.max(1, width)))) {
    const last = lines.at(-1);
    const longer = `${last ?? ''} ${piece}`;
    if (last === undefined || widthOf(longer) > width) lines.push(piece);
    else lines[lines.length - 1] = longer;
  }
  return lines;
};

/**
 * A part of a whole, drawn.
 *
 * @param share 0 to 1
 * @param width columns
 */
export const bar = (share: number, width: number): string => {
  const full = Math.round(Math.min(1, Math.max(0, share)) * width);
  return `${'█'.repeat(full)}${'░'.repeat(width - full)}`;
};
