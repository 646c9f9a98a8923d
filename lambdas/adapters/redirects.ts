import { parseUrl } from '../contract/parse-url.ts';

/** Redirects that are followed for one download. */
export const maxRedirects = 5;

/** Statuses that name another place; of the choices of a 300, the preferred one (RFC 9110, 15.4). */
const redirectStatuses = new Set([300, 301, 302, 303, 307, 308]);

const escaped = (byte: string): string =>
  `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;

/**
 * A `Location` with what is not ASCII escaped byte by byte, as browsers do. Hosts send file names
 * as they are, in UTF-8 as a rule, and HTTP clients give each byte as a character: read as Latin-1
 * they would name another file.
 */
const escapedLocation = (location: string): string =>
  location.replaceAll(/[\u0080-\u00FF]/g, escaped);

/** Where an answer redirects to. */
export type Redirect =
  | { readonly kind: 'none' }
  | { readonly kind: 'to'; readonly url: URL }
  /** Somewhere that is no link. */
  | { readonly kind: 'nowhere' };

/**
 * Where an answer redirects to: an absolute place, or one relative to the link that was opened.
 *
 * @param headers names in lower case, each byte of a value as one character
 */
export const redirectOf = (
  {
    status,
    headers,
  }: { readonly status: number; readonly headers: Readonly<Record<string, string>> },
  from: URL,
): Redirect => {
  const { location } = headers;
  if (!redirectStatuses.has(status) || location === undefined) return { kind: 'none' };
  const url = parseUrl(escapedLocation(location), from);
  return url === undefined ? { kind: 'nowhere' } : { kind: 'to', url };
};
