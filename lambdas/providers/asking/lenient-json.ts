/**
 * What some servers put before JSON so that no page can include it as a script: Angular's and
 * Google's `)]}'`, Facebook's `for (;;);`, Dojo's `{}&&`.
 */
const guard = /^(?:\)\]\}'?,?|for\s*\(;;\);?|while\s*\((?:1|true)\);?|\{\}\s*&&)\s*/;

/** What is no part of the document: byte-order marks before it, and NULs of a buffer behind it. */
const bare = (text: string): string =>
  text
    .replace(/^[\uFEFF\s]+/, '')
    .replace(guard, '')
    .replace(/[\0\s]+$/, '');

const parsed = (text: string): { readonly body: unknown } | undefined => {
  try {
    return { body: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
};

/** Texts, which stay; numbers that are none, and commas behind the last entry, which do not. */
const oddTokens = /"[^"\\]*(?:\\.[^"\\]*)*\\?(?:"|$)|-?\b(?:NaN|Infinity)\b|,(?=\s*[\]}])/gs;

/** What Python writes for numbers that JSON has not, and templates behind the last entry of a list. */
const withoutOddTokens = (text: string): string =>
  text.replaceAll(oddTokens, (token) => {
    if (token.startsWith('"')) return token;
    return token === ',' ? '' : 'null';
  });

/** A document that was made to text twice. */
const unwrapped = (body: unknown): unknown =>
  typeof body === 'string' && /^\s*[{[]/.test(body) ? (parsed(body)?.body ?? body) : body;

/**
 * The value of a JSON text, or `undefined` where it is none. Passed over is what stands around a
 * document and cannot be part of it.
 */
export const parseJson = (text: string): { readonly body: unknown } | undefined => {
  const json = parsed(text) ?? parsed(bare(text)) ?? parsed(withoutOddTokens(bare(text)));
  return json === undefined ? undefined : { body: unwrapped(json.body) };
};
