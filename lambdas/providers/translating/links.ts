import type { JsonValue } from '../../contract/json.ts';
import { withoutUserInfo } from './http-link.ts';
import { knownLinks, withoutKnownLinks, type KnownLinks } from './known-links.ts';

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

/** A link in a link is encoded once; twice happens where a viewer is embedded in another. */
const decodingRounds = 3;

/**
 * Names of query parameters that sign a link or carry a secret: those of object stores and of what
 * lies before them (Akamai's `hdnts`, nginx' `md5`, SharePoint's `tempauth`, Dropbox' `rlkey`).
 */
const secretNames = new Set([
  '__gda__',
  '_upt',
  'bearer',
  'hdnea',
  'hdntl',
  'hdnts',
  'md5',
  'otp',
  'resourcekey',
  'rlkey',
  'sas',
  'session',
  'sessionid',
  'sid',
  'ticket',
  'verify',
  'wmsauthsign',
  'sig',
  'sign',
  'hmac',
  'jwt',
  'key',
  'auth',
  'authorization',
  'policy',
  'password',
  'pwd',
  'expires',
  'expire',
  'expiry',
  'key-pair-id',
  'googleaccessid',
  'se',
  'sp',
  'sv',
  'sr',
]);

/**
 * Families of such names: AWS, Google and Alibaba signatures, and every kind of token, secret and
 * key.
 */
const secretFamilies =
  /^(?:x-amz-|x-goog-|x-oss-|q-sign)|token|signature|secret|credential|passw|(?:api|access|auth)[-_]?key|temp[-_]?auth|jwt|_share$/;

/** Names that mean anything, and a signature where their value is as long as one (imgix, Discord, Meta). */
const shortNames = new Set(['s', 'h', 'hm', 'oh', 'hash', 'hmac']);
const signatureLength = 16;

/** A JSON Web Token (RFC 7519, 3.1), which opens something wherever it stands. */
const webToken = /(?<![\w-])eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}/g;

/**
 * Undoes percent-encoding and JSON's escapes, ASCII only: enough to see names and separators, and
 * it cannot fail.
 */
const decodeOnce = (text: string): string =>
  text.replaceAll(/(?:%|\\u00)([0-7][0-9a-f])/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );

const namesSecret = (text: string): boolean =>
  text.split(/[?&;#~]/).some((part) => {
    const end = part.indexOf('=');
    if (end < 0) return false;
    const name = part.slice(0, end).trim().toLowerCase();
    const isLong = part.length - end > signatureLength;
    return secretNames.has(name) || secretFamilies.test(name) || (isLong && shortNames.has(name));
  });

const carriesSecret = (tail: string): boolean => {
  let text = tail;
  for (let round = 0; round <= decodingRounds; round += 1) {
    if (namesSecret(text)) return true;
    const decoded = decodeOnce(text);
    if (decoded === text) return false;
    text = decoded;
  }
  return false;
};

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
