import { parseUrl } from '../contract/parse-url.ts';
import type { ExportFormat } from '../contract/results.ts';

/** The formats that are downloaded. */
export type FileFormat = Exclude<ExportFormat, 'json'>;

/** Each {@link FileFormat}. */
export const fileFormats: readonly FileFormat[] = ['pdf', 'pptx', 'zip'];

/** What each format is stored as (IANA media types). */
export const contentTypes: Readonly<Record<ExportFormat, string>> = {
  pdf: 'application/pdf',
  pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  zip: 'application/zip',
  json: 'application/json',
};

/** Bytes at the start of a file that are looked at: enough for the name of a ZIP's first entry. */
export const headBytes = 512;

/**
 * Bytes at the end of a file that are looked at: a ZIP's end record with the longest comment it can
 * have.
 */
export const tailBytes = 22 + 65_535;

/** What is known of a file before all of it is there. */
export interface FileSigns {
  /** The first {@link headBytes} of it, or all of a shorter file. */
  readonly head: Buffer;
  /** The format that the provider names. */
  readonly declared?: FileFormat | undefined;
  /** The link: its path's extension is a hint. */
  readonly link: string;
  readonly contentType?: string | undefined;
}

/**
 * The format, or what is wrong with the file, as the end of a sentence that starts with "the file".
 */
export type FormatFound =
  | { readonly found: true; readonly format: FileFormat }
  | { readonly found: false; readonly problem: string };

const pdfStart = Buffer.from('%PDF-');
const zipStart = Buffer.from('PK\x03\x04', 'latin1');

const startsWith = (head: Buffer, start: Buffer): boolean =>
  head.subarray(0, start.length).equals(start);

/**
 * First entries of an Office file (ECMA-376, part 2): its list of types, its relations, or its own
 * folders.
 */
const officeEntry = /^(\[Content_Types\]\.xml|_rels\/|ppt\/|docProps\/)/;

/**
 * Name of a ZIP's first entry (APPNOTE, 4.3.7 Local file header): its length at byte 26, the name
 * from byte 30.
 */
const firstEntryName = (head: Buffer): string =>
  head.length < 30 ? '' : head.subarray(30, 30 + head.readUInt16LE(26)).toString('latin1');

const extensionOf = (link: string): FileFormat | undefined => {
  const path = parseUrl(link)?.pathname ?? '';
  const extension = /\.([a-z]{3,4})$/i.exec(path)?.[1]?.toLowerCase();
  return extension === 'pdf' || extension === 'pptx' || extension === 'zip' ? extension : undefined;
};

const mediaType = (contentType: string | undefined): string =>
  (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';

/**
 * What a file that is no deck seems to be. Its text is not quoted: an error page may hold a link or
 * a token.
 */
const kindOf = (head: Buffer): string => {
  const text = head
    .toString('latin1')
    .replace(/^\u00EF\u00BB\u00BF/, '')
    .trimStart()
    .toLowerCase();
  if (/^<(!doctype html|html|head|body|!--)/.test(text)) return 'an HTML page';
  if (text.startsWith('<')) return 'an XML document';
  if (text.startsWith('{') || text.startsWith('[')) return 'a JSON text';
  return `neither a PDF nor a ZIP or PPTX file (it begins with the bytes ${head.subarray(0, 4).toString('hex')})`;
};

/**
 * Finds a file's format. The bytes decide; the provider's word and the link's extension must agree
 * with them. A content type is only a hint, as many file hosts send a general one. A PPTX is a ZIP
 * too: one that neither the provider, nor the link, nor the content type names is recognised by its
 * first entry.
 */
export const findFormat = ({ head, declared, link, contentType }: FileSigns): FormatFound => {
  if (head.length === 0) return { found: false, problem: 'is empty' };
  const expected = declared ?? extensionOf(link);
  if (startsWith(head, pdfStart)) {
    return expected === undefined || expected === 'pdf'
      ? { found: true, format: 'pdf' }
      : { found: false, problem: `should be a ${expected.toUpperCase()} file but is a PDF` };
  }
  if (!startsWith(head, zipStart)) return { found: false, problem: `is ${kindOf(head)}` };
  if (expected === 'pdf')
    return { found: false, problem: 'should be a PDF but is a ZIP or PPTX file' };
  if (expected !== undefined) return { found: true, format: expected };
  const isOffice =
    mediaType(contentType) === contentTypes.pptx || officeEntry.test(firstEntryName(head));
  return { found: true, format: isOffice ? 'pptx' : 'zip' };
};

const pdfEnd = Buffer.from('%%EOF');
const zipEnd = Buffer.from('PK\x05\x06', 'latin1');

/**
 * A PDF may carry some bytes after its last mark; readers look for it in the last kilobyte (ISO
 * 32000-1, annex H.3).
 */
const pdfTailBytes = 1024;

/**
 * Whether a file's last bytes are such as end a file of its format. Asked only where the server
 * told no length and the transfer had no end mark of its own, so that nothing else would tell a
 * whole file from one that was cut.
 *
 * @param tail the last {@link tailBytes} of the file, or all of a shorter one
 */
export const endsWhole = (format: FileFormat, tail: Buffer): boolean =>
  format === 'pdf' ? tail.subarray(-pdfTailBytes).includes(pdfEnd) : tail.includes(zipEnd);
