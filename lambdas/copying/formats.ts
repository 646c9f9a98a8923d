import { isPicture, mayBe, presentationAmong, type FileFormat } from '../contract/file-formats.ts';
import { parseUrl } from '../contract/parse-url.ts';
import type { ExportFormat } from '../contract/results.ts';
import { firstBytes, settledBytes } from './recognising/first-bytes.ts';
import { lookIntoZip, type ZipKind } from './recognising/office-file.ts';

export { fileFormats, type FileFormat } from '../contract/file-formats.ts';
export { endsWhole, tailBytes } from './recognising/file-end.ts';

/** What each format is stored as (IANA media types). */
export const contentTypes: Readonly<Record<ExportFormat, string>> = {
  pdf: 'application/pdf',
  pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  pptm: 'application/vnd.ms-powerpoint.presentation.macroEnabled.12',
  ppsx: 'application/vnd.openxmlformats-officedocument.presentationml.slideshow',
  ppsm: 'application/vnd.ms-powerpoint.slideshow.macroEnabled.12',
  potx: 'application/vnd.openxmlformats-officedocument.presentationml.template',
  potm: 'application/vnd.ms-powerpoint.template.macroEnabled.12',
  zip: 'application/zip',
  png: 'image/png',
  jpg: 'image/jpeg',
  mp4: 'video/mp4',
  json: 'application/json',
};

/**
 * Bytes at the start of a file that are looked at, at most: a file that goes to S3 as one object is
 * looked at whole, until it is known what it is. Most tell it in their first kilobytes.
 */
export const headBytes = 8 * 1024 * 1024;

/** What is known of a file before all of it is there. */
export interface FileSigns {
  /** The first bytes of it, {@link headBytes} at most, or all of a shorter file. */
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
  | {
      readonly found: false;
      readonly problem: string;
      /** It is a text in place of the file, which may not be ready. */
      readonly isPage?: true;
    };

/** What a file is as far as it is known. */
export interface Recognised {
  readonly file: FormatFound;
  /** Bytes of the file with which the answer could be another one; absent where it is final. */
  readonly needs?: number;
}

const names: Readonly<Record<FileFormat, string>> = {
  pdf: 'a PDF',
  pptx: 'a PPTX file',
  pptm: 'a PPTM file',
  ppsx: 'a PPSX file',
  ppsm: 'a PPSM file',
  potx: 'a POTX file',
  potm: 'a POTM file',
  zip: 'a ZIP file',
  png: 'a PNG picture',
  jpg: 'a JPEG picture',
  mp4: 'an MP4 video',
};

/** The format that a link's extension names; a hint. */
export const formatOfLink = (link: string): FileFormat | undefined => {
  const path = parseUrl(link)?.pathname ?? '';
  const extension = /\.([a-z0-9]{3,4})$/i.exec(path)?.[1]?.toLowerCase() ?? '';
  if (extension === 'jpeg') return 'jpg';
  return extension !== 'json' && Object.hasOwn(names, extension)
    ? (extension as FileFormat)
    : undefined;
};

const mediaType = (contentType: string | undefined): string =>
  (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';

const formatOfType = (contentType: string | undefined): FileFormat | undefined => {
  const type = mediaType(contentType);
  const [format] = Object.entries(contentTypes).find(([, own]) => own.toLowerCase() === type) ?? [];
  return format === undefined || format === 'json' ? undefined : (format as FileFormat);
};

const found = (format: FileFormat): FormatFound => ({ found: true, format });

const problem = (text: string): FormatFound => ({ found: false, problem: text });

const mismatch = (expected: FileFormat, what: string): FormatFound =>
  problem(`should be ${names[expected]} but is ${what}`);

/** A PowerPoint file whose kind its own list of types does not tell is the one that is named. */
const presentationOf = (is: ZipKind, { declared, link, contentType }: FileSigns): FormatFound => {
  const promised = presentationAmong([declared, formatOfLink(link)]);
  const named = promised ?? presentationAmong([formatOfType(contentType)]);
  switch (is.kind) {
    case 'presentation':
      return found(is.format);
    case 'anyPresentation':
      return found(named ?? 'pptx');
    case 'zip':
      return is.isCertain === true && promised !== undefined
        ? mismatch(promised, 'a ZIP file without a presentation in it')
        : found((is.isCertain === true ? undefined : named) ?? 'zip');
    case 'otherOffice':
      return named === undefined ? found('zip') : mismatch(named, 'another Office document');
  }
};

/**
 * Finds a file's format. The bytes decide; the provider's word and the link's extension must agree
 * with them, as far as they tell formats apart at all (`mayBe`). A content type is only a hint, as
 * many file hosts send a general one. A PowerPoint file is a ZIP too: which kind it is, its own list
 * of types tells.
 */
export const recognise = (signs: FileSigns): Recognised => {
  const { head, declared, link } = signs;
  const expected = declared ?? formatOfLink(link);
  const first = firstBytes(head);
  switch (first.kind) {
    case 'none':
      return { file: problem('is empty'), needs: 1 };
    case 'other': {
      // Plain text may be any file that is none of ours, unless its host calls it a text; and markup may
      // be a picture.
      const isPage =
        (first.as === 'page' && !mediaType(signs.contentType).startsWith('image/svg')) ||
        (first.as === 'text' && mediaType(signs.contentType).startsWith('text/'));
      const file: FormatFound = {
        found: false,
        problem: `is ${first.what}`,
        ...(isPage ? { isPage } : {}),
      };
      return head.length < settledBytes ? { file, needs: settledBytes } : { file };
    }
    case 'format': {
      const { format } = first;
      const fits = expected === undefined || mayBe(expected, format);
      return { file: fits ? found(format) : mismatch(expected, names[format]) };
    }
    case 'zip': {
      if (expected === 'zip' || (expected !== undefined && isPicture(expected)))
        return { file: found('zip') };
      if (expected === 'pdf' || expected === 'mp4')
        return { file: mismatch(expected, 'a ZIP or PPTX file') };
      const { is, needs } = lookIntoZip(head.subarray(first.from));
      const file = presentationOf(is, signs);
      return needs === undefined || first.from + needs > headBytes
        ? { file }
        : { file, needs: first.from + needs };
    }
  }
};

/** What {@link recognise} finds where no more of the file can be had. */
export const findFormat = (signs: FileSigns): FormatFound => recognise(signs).file;
