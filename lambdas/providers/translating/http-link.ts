import { parseUrl } from '../../contract/parse-url.ts';

/**
 * Whether a text is an absolute http(s) link. Whether it may be followed is for the link rules to
 * say.
 */
export const isHttpLink = (text: string): boolean =>
  /^https?:\/\//i.test(text) && parseUrl(text) !== undefined;

/**
 * A text in which each link keeps its origin only: it came where none was expected, so that nothing
 * tells which of them open a file.
 */
export const originsOnly = (text: string): string =>
  text.replaceAll(/(https?:(?:\\?\/){2}[^\s"'<>\\/?#]+)[^\s"'<>]+/gi, '$1/…');

/** A text without the user names and passwords of its links. */
export const withoutUserInfo = (text: string): string =>
  text.replaceAll(/(https?:\/\/)[^/?#\\\s"<>]*@/gi, '$1');
