import { originsOnly } from './http-link.ts';
import { redactLinks, reduceLinksInText } from './links.ts';

/** Longest text of a provider, in UTF-16 units, that goes into a message unless told otherwise. */
const defaultLength = 500;

/**
 * Characters that act on a terminal or a log line instead of being seen: controls, line ends,
 * direction marks and overrides, invisible spaces, halves of surrogate pairs. The joiners U+200C
 * and U+200D stay, as scripts and emoji need them.
 */
const unprintable =
  /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061C\u200B\u200E\u200F\u202A-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB]/gu;

/**
 * A provider's text made fit for a message, a log or an event: on one line, no control characters,
 * no signed link, at most `max` UTF-16 units with "…" where it was cut.
 */
export const providerText = (value: string, max: number = defaultLength): string => {
  const text = reduceLinksInText(value)
    .replaceAll(unprintable, ' ')
    .replaceAll(/ {2,}/g, ' ')
    .trim();
  if (text.length <= max) return text;
  return `${text
    .slice(0, max - 1)
    .replace(/[\uD800-\uDBFF]$/, '')
    .trimEnd()}…`;
};

/** Entries of a list of problems that are told; the first few say what is wrong. */
const maxProblems = 5;

/** Errors nest an object in an object at most; deeper ones are told as JSON. */
const maxNesting = 3;

const word = (value: unknown): string | undefined => {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
};

const firstText = (values: readonly unknown[], nesting: number): string | undefined => {
  for (const value of values) {
    const text = describe(value, nesting);
    if (text !== undefined) return text;
  }
  return undefined;
};

const describe = (value: unknown, nesting: number): string | undefined => {
  if (typeof value !== 'object' || value === null) return word(value);
  if (nesting > maxNesting) return undefined;
  if (Array.isArray(value)) {
    const texts = value
      .slice(0, maxProblems)
      .map((entry) => describe(entry, nesting + 1))
      .filter((text) => text !== undefined);
    return texts.length === 0 ? undefined : texts.join('; ');
  }
  const { error, detail, code, message, msg, loc } = value as Readonly<Record<string, unknown>>;
  const text = firstText([message, msg, error, detail], nesting + 1);
  const label = Array.isArray(loc)
    ? loc
        .map(word)
        .filter((part) => part !== undefined)
        .join('.')
    : word(code);
  if (text === undefined) return label;
  return label === undefined || label === '' ? text : `${label}: ${text}`;
};

const cleaned = (text: string | undefined): string | undefined => {
  const plain = text === undefined ? '' : providerText(text);
  return plain === '' ? undefined : plain;
};

/** What the body of an answer that is not understood says to people, as the end of a message. */
export const whatItSays = (body: unknown): string => {
  const said = typeof body === 'object' ? cleaned(describe(body, 0)) : undefined;
  return said === undefined ? '' : `; it says "${originsOnly(said)}"`;
};

/**
 * What an error of a provider says, cleaned: `code: message` where there is a code. Reads a plain
 * text, `{message}`, `{code, message}`, the same inside `{error}`, and FastAPI's `{detail}` (a
 * text, or a list of `{loc, msg}`). An object of another shape is told as JSON; it may be a status
 * with a download link in it, so that links keep their origins only.
 *
 * @returns `undefined` where there is nothing to tell
 */
export const problemText = (value: unknown): string | undefined => {
  const said = cleaned(describe(value, 0));
  if (said !== undefined || typeof value !== 'object' || value === null) return said;
  return Object.keys(value).length === 0
    ? undefined
    : cleaned(originsOnly(JSON.stringify(redactLinks(value))));
};
