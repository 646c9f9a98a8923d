import JSZip from 'jszip';
import type { PresentationFormat } from '../../lambdas/contract/file-formats.ts';

/** Type of the main part of each kind of PowerPoint file. */
export const mainTypes: Readonly<Record<PresentationFormat, string>> = {
  pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml',
  pptm: 'application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml',
  ppsx: 'application/vnd.openxmlformats-officedocument.presentationml.slideshow.main+xml',
  ppsm: 'application/vnd.ms-powerpoint.slideshow.macroEnabled.main+xml',
  potx: 'application/vnd.openxmlformats-officedocument.presentationml.template.main+xml',
  potm: 'application/vnd.ms-powerpoint.template.macroEnabled.main+xml',
};

/** Types of a Word document and of an Excel workbook. */
export const otherTypes = {
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml',
} as const;

const typesXml = (main: string): string =>
  [
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>',
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">',
    '<Default Extension="xlsx" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"/>',
    `<Override PartName="/ppt/presentation.xml" ContentType="${main}"/>`,
    '</Types>',
  ].join('');

/** How a file is packed. */
export interface Packing {
  /** Entries before the list of types; it comes last of all where `last` is set. */
  readonly before?: readonly string[];
  readonly last?: boolean;
  /** Sizes follow each entry, as a writer that streams has them. */
  readonly streamed?: boolean;
  readonly stored?: boolean;
  /** Bytes of a picture that lies before the list of types. */
  readonly pictureBytes?: number;
}

/** A ZIP of these entries, made by a library that has nothing to do with what reads it. */
export const zipOf = async (
  entries: Readonly<Record<string, string | Uint8Array>>,
  { streamed = false, stored = false }: Packing = {},
): Promise<Buffer> => {
  const zip = new JSZip();
  for (const [name, content] of Object.entries(entries)) zip.file(name, content);
  return zip.generateAsync({
    type: 'nodebuffer',
    compression: stored ? 'STORE' : 'DEFLATE',
    streamFiles: streamed,
  });
};

/** An Office file whose main part has that type. */
export const officeFile = async (main: string, packing: Packing = {}): Promise<Buffer> => {
  const { before = [], last = false, pictureBytes = 0 } = packing;
  const types = { '[Content_Types].xml': typesXml(main) };
  return zipOf(
    {
      ...Object.fromEntries(before.map((name) => [name, `<part>${name}</part>`])),
      ...(pictureBytes > 0
        ? { 'ppt/media/image1.png': Buffer.alloc(pictureBytes, 'PK picture ') }
        : {}),
      ...(last ? {} : types),
      '_rels/.rels': '<Relationships/>',
      'ppt/presentation.xml': '<p:presentation/>',
      'ppt/embeddings/book.xlsx': Buffer.from('PK\x03\x04 not really'),
      ...(last ? types : {}),
    },
    packing,
  );
};
