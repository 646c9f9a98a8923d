import type { FileFormat } from '../../contract/file-formats.ts';
import {
  beginsWith,
  brandOf,
  compressedStarts,
  fileStarts,
} from '../../contract/file-signatures.ts';

/** What the first bytes of a file are. */
export type FirstBytes =
  | { readonly kind: 'none' }
  | { readonly kind: 'format'; readonly format: Exclude<FileFormat, 'zip'> }
  /** A ZIP, which may be an Office file. */
  | {
      readonly kind: 'zip';
      /** Byte of the file with which it begins. */
      readonly from: number;
    }
  /**
   * Something that is not archived, as the end of the sentence "the file is …". `as`: a page or a
   * document, or a plain text, such as hosts send in place of a file that is not ready.
   */
  | { readonly kind: 'other'; readonly what: string; readonly as?: 'page' | 'text' };

/**
 * Bytes within which a PDF's header may begin: readers pass over what stands before it (ISO
 * 32000-1, annex H.3, note 13). Hosts put a byte-order mark, a newline or a mail header there.
 */
const pdfSearchBytes = 1024;

/** Bytes after which a file that is none of the formats is known to be none. */
export const settledBytes = pdfSearchBytes + fileStarts.pdf.length - 1;

/** What marks a ZIP in several volumes, also where it is the only one (APPNOTE 6.3.10, 8.5.3). */
const volumeMark = Buffer.from('PK\x07\x08', 'latin1');

/**
 * Brands of files that begin as MP4 does and are none: QuickTime, pictures and sound (ISO/IEC
 * 14496-12, 4.3; the registry at mp4ra.org).
 */
const otherBrands = new Set([
  'qt  ',
  'heic',
  'heix',
  'heim',
  'heis',
  'hevc',
  'hevx',
  'hevm',
  'hevs',
  'mif1',
  'msf1',
  'avif',
  'avis',
  'avci',
  'avcs',
  'miaf',
  'mif2',
  'jpeg',
  'M4A ',
  'M4B ',
  'crx ',
]);

/** What is another file, whatever stands within its first bytes: gzip, zstd, a program. */
const otherStarts = [...Object.values(compressedStarts), Buffer.from('MZ')];

const isPdf = (head: Buffer): boolean => {
  const at = head.indexOf(fileStarts.pdf);
  return at >= 0 && at < pdfSearchBytes && !otherStarts.some((start) => beginsWith(head, start));
};

/** Characters of a text in UTF-8 or Latin-1: no controls but tabs and line ends. */
const isText = (bytes: Buffer): boolean =>
  bytes.every((byte) =>
    byte >= 0x20 ? byte !== 0x7f : byte === 0x09 || byte === 0x0a || byte === 0x0d,
  );

/**
 * Where a ZIP begins. Readers find a ZIP from its end, and pass over what stands before it: scripts
 * send a byte-order mark, a newline or a mail header; `PK00` marks one of what could have been several
 * volumes (APPNOTE 6.3.10, 8.5.4). Behind a program it is one that unpacks itself: no deck.
 */
const zipAt = (head: Buffer): number | undefined => {
  const at = head.subarray(0, settledBytes).indexOf(fileStarts.zip);
  const before = head.subarray(0, Math.max(at, 0));
  return at >= 0 && (isText(before) || before.equals(volumeMark)) ? at : undefined;
};

/** A page in UTF-16 says so by its mark; the others are read byte by byte, as what matters is ASCII. */
const textOf = (head: Buffer): string =>
  (head[0] === 0xff && head[1] === 0xfe ? head.toString('utf16le') : head.toString('latin1'))
    .replace(/^(?:\u00EF\u00BB\u00BF|\uFEFF)/, '')
    .trimStart()
    .toLowerCase();

/** A text that is no deck. It is not quoted: an error page may hold a link or a token. */
const textKind = (head: Buffer): string | undefined => {
  const text = textOf(head);
  if (/^<(!doctype html|html|head|body|!--)/.test(text)) return 'an HTML page';
  if (text.startsWith('<')) return 'an XML document';
  if (/^(?:\{\s*["}]|\[\s*["{[\]\d-]|"|(?:null|true|false)\s*$)/.test(text)) return 'a JSON text';
  return undefined;
};

/**
 * PHP prints its warnings where the file should begin, in a form of their own ("html_errors", PHP Manual,
 * Runtime Configuration). No page begins so, and readers pass over them.
 */
const isWarning = (head: Buffer): boolean =>
  /^\s*<br \/>\s*<b>\w/i.test(head.toString('latin1', 0, 80));

/**
 * What the first bytes of a file show it to be. A page that has a PDF's header somewhere in it is a
 * page.
 */
export const firstBytes = (head: Buffer): FirstBytes => {
  if (head.length === 0) return { kind: 'none' };
  const zip = zipAt(head);
  if (zip === 0) return { kind: 'zip', from: zip };
  if (beginsWith(head, fileStarts.png)) return { kind: 'format', format: 'png' };
  if (beginsWith(head, fileStarts.jpg)) return { kind: 'format', format: 'jpg' };
  const brand = brandOf(head);
  if (brand !== undefined && !otherBrands.has(brand)) return { kind: 'format', format: 'mp4' };
  const isBehindWarning = isWarning(head) && (zip !== undefined || isPdf(head));
  const text = isBehindWarning ? undefined : textKind(head);
  if (text !== undefined) return { kind: 'other', what: text, as: 'page' };
  if (zip !== undefined) return { kind: 'zip', from: zip };
  if (isPdf(head)) return { kind: 'format', format: 'pdf' };
  const bytes = `it begins with the bytes ${head.subarray(0, 4).toString('hex')}`;
  const what = beginsWith(head, fileStarts.ole)
    ? 'an old PowerPoint file, or one with a password'
    : 'neither a PDF nor a PowerPoint file, a ZIP, a PNG, a JPEG or an MP4';
  const isPlain = isText(head.subarray(0, settledBytes));
  return { kind: 'other', what: `${what} (${bytes})`, ...(isPlain ? { as: 'text' } : {}) };
};
