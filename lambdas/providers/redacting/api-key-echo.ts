/** Shortest API key that is searched for in answers: a shorter one would match by accident. */
const shortestRedactedKey = 8;

/** Named entities of HTML for characters that keys have. */
const entities: Readonly<Record<string, string>> = {
  '&': 'amp',
  '<': 'lt',
  '>': 'gt',
  '"': 'quot',
  "'": 'apos',
  '+': 'plus',
  '/': 'sol',
  '=': 'equals',
  '-': 'hyphen',
  _: 'lowbar',
  '.': 'period',
  ':': 'colon',
};

const literal = (text: string): string => text.replaceAll(/[$()*+./?[\\\]^{|}-]/g, String.raw`\$&`);

/**
 * The spellings of one ASCII character: itself, and escaped for URLs (also twice and more often),
 * for JSON and JavaScript (also in a text in a text) and for HTML. Every repetition has a bound, so
 * that no text makes the search slow.
 */
const spellingsOf = (character: string): string => {
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16).padStart(2, '0');
  const named = entities[character];
  const spellings = [
    literal(character),
    `%(?:25){0,4}${hex}`,
    String.raw`(?<!\\)\\{1,8}(?:u00${hex}|u\{0{0,4}${hex}\}|x${hex}|${literal(character)})`,
    `&(?:amp;){0,3}#(?:0{0,4}${code}|x0{0,4}${hex});?`,
    ...(named === undefined ? [] : [`&(?:amp;){0,3}${named};`]),
  ];
  return `(?:${spellings.join('|')})`;
};

const patternOf = (text: string): string => text.replaceAll(/./gs, spellingsOf);

/** As in base64, whose other alphabet has "-" and "_" for "+" and "/" (RFC 4648, section 5). */
const base64PatternOf = (text: string): string =>
  text.replaceAll(/./gs, (character) => {
    if (character === '+') return `(?:${spellingsOf('+')}|-)`;
    return character === '/' ? `(?:${spellingsOf('/')}|_)` : spellingsOf(character);
  });

/** The same without escapes. */
const plainBase64Of = (text: string): string =>
  text.replaceAll(/[+/]/g, (character) => (character === '+' ? '[+-]' : '[/_]'));

/** What every escaped spelling has in it. */
const escapes = /[%\\&]/;

/** What a text is in base64 wherever it stands in a longer one, without the characters that its neighbours decide. */
const base64Cores = (text: string): string[] =>
  [0, 1, 2].map((before) => {
    const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(text)]);
    const first = Math.ceil((before * 8) / 6);
    return bytes.toString('base64').slice(first, Math.floor((bytes.length * 8) / 6));
  });

/** Of a key, so much must be there from its beginning on: it may come back cut. */
const leastPart = 0.6;

/** The longest beginning that is searched for: more of a long key would only make the search slow. */
const longestHead = 128;

/** What can follow the beginning of a key, spelled in any way. */
const restOf = (length: number): string => `[A-Za-z0-9%&#;+/=_.~\\\\-]{0,${length * 6}}`;

/** What takes the place of a key. */
const replacement = '[API key]';

/** Finds and erases one API key. */
export interface ApiKeyEraser {
  /** Whether a text holds the key in any spelling; of JSON, also within its escapes. */
  readonly isIn: (text: string) => boolean;
  readonly erase: (text: string) => string;
}

/** Erasers that are kept: an execution environment has a few keys, and asks with each many times. */
const mostKept = 16;

const kept = new Map<string, ApiKeyEraser>();

/**
 * What takes an API key out of a text, whatever a provider did to it: in another case, cut
 * short, escaped for URLs, JSON or HTML, in hexadecimal, in base64 (as of Basic authorization, with a
 * user name or without).
 *
 * @returns `undefined` for a key that is too short to be told from other text
 */
export const apiKeyEraser = (apiKey: string): ApiKeyEraser | undefined => {
  if (apiKey.length < shortestRedactedKey) return undefined;
  const known = kept.get(apiKey);
  if (known !== undefined) return known;
  const made = makeEraser(apiKey);
  const [oldest] = kept.keys();
  if (kept.size >= mostKept && oldest !== undefined) kept.delete(oldest);
  kept.set(apiKey, made);
  return made;
};

/** The pattern is long: making it takes some milliseconds, as long as all the rest of a check. */
const makeEraser = (apiKey: string): ApiKeyEraser => {
  const { length } = apiKey;
  const least = Math.max(Math.ceil(length * leastPart), shortestRedactedKey + 4);
  const head = apiKey.slice(0, Math.min(least, longestHead));
  const hex = Buffer.from(head).toString('hex');
  const cores = base64Cores(head);
  const rest = restOf(length - head.length);
  const pattern = new RegExp(
    `(?:${patternOf(head)}|${hex}|(?:${cores.map(base64PatternOf).join('|')})[A-Za-z0-9+/_=-]{0,4})${rest}`,
    'gi',
  );
  const unescaped = new RegExp([literal(head), hex, ...cores.map(plainBase64Of)].join('|'), 'i');
  // The long pattern takes some ten milliseconds before its first search, and nearly no answer needs
  // it.
  const mayHave = (text: string): boolean => escapes.test(text) || unescaped.test(text);
  return {
    isIn: (text) => mayHave(text) && text.search(pattern) >= 0,
    erase: (text) => (mayHave(text) ? text.replaceAll(pattern, replacement) : text),
  };
};
