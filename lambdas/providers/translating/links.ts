import type { JsonValue } from '../../contract/json.ts';
import { withoutUserInfo } from './http-link.ts';
import { knownLinks, withoutKnownLinks, type KnownLinks } from './known-links.ts';
import { carriesSecret } from './link-secrets.ts';

/** Which links are known to be download links. */
export interface ReduceOptions {
  /**
   * Links that are bearer secrets as a whole: every occurrence keeps its origin only. Gamma's
   * export links work without a key and carry their secret in the path.
   */
  readonly downloadLinks?: readonly string[];
}

/**
 * Containers nested deeper than this are left out: no deck is that deep, and recursion stays
 * bounded.
 */
const maxDepth = 200;

const tooDeep = `[nested deeper than ${maxDepth} levels: left out]`;

/** A JSON Web Token (RFC 7519, 3.1), which opens something wherever it stands. */
const webToken = /(?<![\w-])eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}/g;

/** Cuts a link, absolute or relative, at its parameters or fragment where these carry a secret. */
const withoutSignature = (word: string): string => {
  const end = word.search(/[?#;]/);
  if (end < 0 || !word.slice(0, end).includes('/')) return word;
  return carriesSecret(word.slice(end)) ? word.slice(0, end) : word;
};

const reduceText = (text: string, known: KnownLinks): string => {
  const plain = withoutKnownLinks(withoutUserInfo(text), known);
  return plain.replaceAll(/[^\s"<>]+/g, withoutSignature).replaceAll(webToken, '…');
};

const reduceValue = (value: unknown, known: KnownLinks, depth: number): JsonValue => {
  if (typeof value === 'string') return reduceText(value, known);
  if (typeof value === 'boolean') return value;
  // "1e999" is valid JSON, but what it reads as is not.
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value !== 'object' || value === null) return null;
  if (depth >= maxDepth) return tooDeep;
  if (Array.isArray(value)) return value.map((entry) => reduceValue(entry, known, depth + 1));
  // fromEntries defines properties and never assigns them, so a "__proto__" in the document stays
  // an ordinary key.
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [
      reduceText(key, known),
      reduceValue(entry, known, depth + 1),
    ]),
  );
};

/** {@link redactLinks} for a single text. */
export const reduceLinksInText = (text: string, options: ReduceOptions = {}): string =>
  reduceText(text, knownLinks(options.downloadLinks));

/**
 * A deep copy of a JSON document in which no link works as a secret any more. In every text, keys
 * included:
 *
 * - a link whose query or fragment is signed or carries a token loses both (others stay: a video's
 *   `?v=` is content);
 * - user name and password in a link always go;
 * - a known download link is reduced to its origin, followed by `/…`.
 *
 * Applying it twice changes nothing more. What is not JSON becomes `null`, and what is nested
 * deeper than 200 levels a note.
 */
export const redactLinks = (document: unknown, options: ReduceOptions = {}): JsonValue =>
  reduceValue(document, knownLinks(options.downloadLinks), 0);
