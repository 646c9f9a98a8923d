import contentDisposition from 'content-disposition';
import { fileFormats } from '../../contract/file-formats.ts';
import { parseUrl } from '../../contract/parse-url.ts';
import type { FileFormat } from '../formats.ts';

/**
 * Longest name that is offered, in characters without the extension: file systems stop at 255
 * bytes.
 */
const maxNameLength = 80;

/**
 * Controls, invisible marks (\p{C} holds direction overrides and lone surrogates), and what file
 * systems do not take.
 */
const unusable = /[\p{C}\p{Zl}\p{Zp}\\/:*?"<>|]/gu;

const cleaned = (name: string): string =>
  Array.from(name.replaceAll(unusable, ' ').replaceAll(/\s+/gu, ' ').trim().replace(/^\.+/, ''))
    .slice(0, maxNameLength)
    .join('')
    .replace(/[. ]+$/, '')
    .trim();

const knownExtension = new RegExp(`\\.(?:${[...fileFormats, 'jpeg'].join('|')})$`, 'i');

/**
 * A word of a title, not of an id: letters, or a short number, but no long mix of letters and
 * digits.
 */
const isTitleWord = (word: string): boolean =>
  word.length <= 30 && (/^\d{1,4}$/.test(word) || /^\p{L}[\p{L}\p{M}'’.,&()!]*$/u.test(word));

/**
 * The last part of the link's path, where it reads like a title (Gamma names its files so); ids and
 * tokens do not.
 */
const titleFromLink = (link: string): string | undefined => {
  const url = parseUrl(link);
  if (url === undefined) return undefined;
  const segment = url.pathname.split('/').at(-1) ?? '';
  let name: string;
  try {
    name = decodeURIComponent(segment).replace(knownExtension, '');
  } catch {
    return undefined;
  }
  const words = name.split(/[-_+\s]+/).filter((word) => word !== '');
  const isTitle =
    words.length >= 2 && words.every(isTitleWord) && words.some((word) => /\p{L}{3}/u.test(word));
  return isTitle ? words.join(' ') : undefined;
};

/** What a file's name is made from. */
export interface NameSigns {
  readonly provider: string;
  readonly generationId: string;
  readonly title?: string | undefined;
  readonly link?: string | undefined;
  readonly variant?: string | undefined;
}

/**
 * The name under which a browser saves the file, without its extension: the deck's title, else the
 * link's own name where that is a title, else provider and id; and the variant, where there are
 * several files.
 */
export const fileNameOf = ({ provider, generationId, title, link, variant }: NameSigns): string => {
  const fromTitle = title === undefined ? '' : cleaned(title.replace(knownExtension, ''));
  const fromLink = fromTitle !== '' || link === undefined ? '' : cleaned(titleFromLink(link) ?? '');
  const name = fromTitle || fromLink || `${provider}-${generationId}`;
  return variant === undefined ? name : `${name} (${variant})`;
};

/**
 * The closest ASCII to a name, for readers that know only that: S3 takes no other bytes in a
 * header.
 */
const asciiOf = (name: string): string =>
  name
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^\x20-\x7e]/gu, '_');

/**
 * Most bytes of a name in UTF-8, with its variant and extension: file systems stop at 255. In the
 * header each may take three bytes, and the ASCII form as many again, so that it stays below 1,000:
 * S3 takes 2,048 for all that describes an object (Amazon S3 User Guide, System-defined object
 * metadata).
 */
const maxNameBytes = 240;

/** What tells several files of one title apart, at the end of a name. */
const variantSuffix = / \([A-Za-z0-9._-]{1,64}\)$/;

const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' });

/**
 * The beginning of a text in at most so many bytes. It ends between two characters as readers see
 * them; where a single one is longer than that, between two code points.
 */
const cutToBytes = (text: string, maxBytes: number): string => {
  if (Buffer.byteLength(text) <= maxBytes) return text;
  const begin = (pieces: Iterable<string>): string => {
    let result = '';
    let left = maxBytes;
    for (const piece of pieces) {
      left -= Buffer.byteLength(piece);
      if (left < 0) break;
      result += piece;
    }
    return result;
  };
  const whole = begin(Array.from(graphemes.segment(text), ({ segment }) => segment));
  return (whole === '' ? begin(text) : whole).trimEnd();
};

/**
 * `Content-Disposition` of a stored file (RFC 6266): ASCII, with the full name in its extended form
 * where needed. A name that is too long is cut before its variant.
 */
export const dispositionOf = (fileName: string, format: FileFormat | 'json'): string => {
  const ending = `${variantSuffix.exec(fileName)?.[0] ?? ''}.${format}`;
  const title = fileName.replace(variantSuffix, '');
  const left = maxNameBytes - Buffer.byteLength(ending);
  const cut = cutToBytes(title, left);
  // Decomposed, one character may become many.
  const fallback = `${asciiOf(cut).slice(0, left)}${ending}`;
  return contentDisposition(`${cut}${ending}`, { fallback });
};
