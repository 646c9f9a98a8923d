import type { PresentationFormat } from '../../contract/file-formats.ts';
import { zipEntries } from './zip-entries.ts';

/** What a ZIP turns out to be. */
export type ZipKind =
  | { readonly kind: 'presentation'; readonly format: PresentationFormat }
  /** A PowerPoint file by its folders, whose list of types was not met or says nothing known. */
  | { readonly kind: 'anyPresentation' }
  /** A document or a workbook, say. */
  | { readonly kind: 'otherOffice' }
  /** `isCertain`: all of its entries were met, and none is a part of a presentation. */
  | { readonly kind: 'zip'; readonly isCertain?: true };

/** What a ZIP is as far as it was read. */
export interface ZipLook {
  readonly is: ZipKind;
  /** Bytes of the file with which more could be told; absent where all is told. */
  readonly needs?: number;
}

/** The list of types of an Office file (ECMA-376, part 2, 6.2.3), in lower case. */
const typesEntry = '[content_types].xml';

/**
 * The types of the main part, which tell a presentation, a show and a template apart (ECMA-376,
 * part 1, 15.2.13; with macros: MS-OFFMACRO2, 2.2.1).
 */
const mainType =
  /application\/vnd\.(?:openxmlformats-officedocument\.presentationml|ms-powerpoint)\.(presentation|slideshow|template)(\.macroenabled)?\.main\+xml/i;

const formats: Readonly<Record<string, readonly [PresentationFormat, PresentationFormat]>> = {
  presentation: ['pptx', 'pptm'],
  slideshow: ['ppsx', 'ppsm'],
  template: ['potx', 'potm'],
};

/** Main parts of Word, Excel and Visio files. */
const otherMainType =
  /(?:wordprocessingml|spreadsheetml|ms-word|ms-excel|ms-visio)[^"']*main\+xml/i;

/** Entries that every Office file has, and those of a PowerPoint file alone. */
const officeEntry = /^[\\/]?(?:\[content_types\]\.xml|_rels[\\/]|docprops[\\/])/i;
const powerPointEntry = /^[\\/]?ppt[\\/]/i;

/** Those of Word and Excel alone. */
const otherOfficeEntry = /^[\\/]?(?:word|xl)[\\/]/i;

const textOf = (content: Buffer): string =>
  content[0] === 0xff && content[1] === 0xfe
    ? content.toString('utf16le')
    : content.toString('utf8');

const byTypes = (content: Buffer): ZipKind | undefined => {
  const text = textOf(content);
  const [, word, macros] = mainType.exec(text) ?? [];
  if (word === undefined) return otherMainType.test(text) ? { kind: 'otherOffice' } : undefined;
  const of = Object.hasOwn(formats, word.toLowerCase()) ? formats[word.toLowerCase()] : undefined;
  return of === undefined
    ? undefined
    : { kind: 'presentation', format: macros === undefined ? of[0] : of[1] };
};

const byNames = (names: readonly string[], isAll: boolean): ZipKind => {
  if (names.some((name) => powerPointEntry.test(name))) return { kind: 'anyPresentation' };
  if (names.some((name) => otherOfficeEntry.test(name))) return { kind: 'otherOffice' };
  if (officeEntry.test(names[0] ?? '')) return { kind: 'anyPresentation' };
  return { kind: 'zip', ...(isAll ? { isCertain: true } : {}) };
};

/**
 * What a ZIP is: by its list of types, wherever in the first bytes that lies, and by the names of
 * its entries where the list is not met.
 *
 * @param head the first bytes of the file
 */
export const lookIntoZip = (head: Buffer): ZipLook => {
  const { names, content, needs, isAll } = zipEntries(head, typesEntry);
  const told = content === undefined ? undefined : byTypes(content);
  return { is: told ?? byNames(names, isAll === true), ...(needs === undefined ? {} : { needs }) };
};
