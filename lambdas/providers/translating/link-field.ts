import * as z from 'zod';

/**
 * Names under which storage services and their clients give the link of a file (Supabase's
 * `signedUrl`, Vercel's `downloadUrl`), without what spellings differ in: the surest first.
 */
const linkNames = ['url', 'href', 'signedurl', 'downloadurl', 'fileurl', 'publicurl'] as const;

/** The link of an object, whatever that calls it; nothing where it has none. */
const namedLink = (value: object): unknown => {
  const fields = new Map(
    Object.entries(value).map(([name, field]: [string, unknown]) => [
      name.replaceAll(/[_-]/g, '').toLowerCase(),
      field,
    ]),
  );
  return linkNames
    .map((name) => fields.get(name))
    .find((link) => link !== undefined && link !== null);
};

/** A link alone in a list, or under one of its names in an object. */
const alone = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.length === 1 ? value[0] : value;
  return typeof value === 'object' && value !== null ? (namedLink(value) ?? value) : value;
};

/** What describes a file, with its link as `url`: a link alone is a file without further facts. */
export const withUrl = (value: unknown): unknown => {
  if (typeof value === 'string') return { url: value };
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return { ...value, url: namedLink(value) };
};

/** `false`, an empty list and an empty object say as `null` does that there is no link. */
const isNone = (value: unknown): boolean =>
  value === false ||
  (typeof value === 'object' && value !== null && Object.keys(value).length === 0);

/** `//files.example.com/deck.pdf`: the scheme is that of the answer. */
const withoutScheme = /^\/\/[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:[:/?]|$)/i;

const linkIn = (value: unknown): unknown => {
  const link = alone(alone(value));
  return isNone(link) ? undefined : link;
};

/** What a text was escaped for that stands in HTML, by number (`&#x3D;`) or as `&amp;`. No name of a parameter begins so. */
const asInHtml = /&(?:amp|#(?:x([\da-f]{2})|(\d{2,3})));/gi;

const escapedQuery = (link: string): string =>
  link.replace(/\?.*$/s, (query) =>
    query.replaceAll(asInHtml, (_, hex?: string, decimal?: string) => {
      if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
      return decimal === undefined ? '&' : String.fromCodePoint(Number(decimal));
    }),
  );

/** A link that was escaped as a whole, as if it were to stand in another one. */
const escapedWhole = (link: string): string => {
  if (!/^https?%3a%2f%2f[^/?#]+$/i.test(link)) return link;
  try {
    return decodeURIComponent(link);
  } catch {
    return link;
  }
};

/** What JSON escapes of a link, left in a text that was made to JSON twice: `\/`, and `?`, `=` and `&` by number. */
const escapedInJson = /\\(\/|u00(26|3d|3f))/gi;

const plainLink = (text: string): string | undefined => {
  const link = text
    .trim()
    .replace(/^["'<](.*)["'>]$/s, '$1')
    .replaceAll(escapedInJson, (_, escaped: string, hex?: string) =>
      hex === undefined ? escaped : String.fromCodePoint(Number.parseInt(hex, 16)),
    )
    .trim();
  if (/^(?:null|none|undefined|n\/a)?$/i.test(link)) return undefined;
  return escapedQuery(withoutScheme.test(link) ? `https:${link}` : escapedWhole(link));
};

/**
 * A link to a file: `null`, absent, blank, `false` and empty mean that there is none yet. Anything
 * else must be a text, or hold a single one. Space and quotation marks around it are none of the link,
 * nor are escapes of JSON and HTML; where only the scheme is missing, it is https.
 */
export const linkField = z.preprocess(
  linkIn,
  z
    .string()
    .nullish()
    .transform((text) => plainLink(text ?? '')),
);
