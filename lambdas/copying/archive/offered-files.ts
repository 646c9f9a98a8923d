import type { Problem } from '../../contract/error-codes.ts';
import { mayBe } from '../../contract/file-formats.ts';
import type { LinkedFile } from '../../polling/status.ts';
import { fileFormats, formatOfLink, type FileFormat } from '../formats.ts';

/** Where a file of a generation belongs, whether anything offers it or not. */
export interface FilePlace {
  /** Names the file in the progress of a copy, and is the same in every answer of the provider. */
  readonly id: string;
  /** Part of the key; absent for an only file, and for the only one of its format. */
  readonly variant?: string;
  readonly format?: FileFormat;
  /** Length in bytes, where the provider tells it. */
  readonly bytes?: number;
}

/** A file that the provider offers, with its link. */
export interface OfferedFile extends FilePlace, Pick<LinkedFile, 'url' | 'linkId'> {}

/**
 * Files that are archived of one generation: keeps the result event far below Step Functions' 256 KiB.
 */
export const maxFiles = 100;

/** A variant becomes part of a key and of a JSON object's name. */
const usableVariant = /^(?!__proto__$)[A-Za-z0-9._-]{1,64}$/;

const variantOf = ({ variant }: LinkedFile, index: number): string =>
  variant !== undefined && usableVariant.test(variant) ? variant : String(index + 1);

/** The names of formats stand for the files that are exported on request. */
const idOf = (variant: string): string =>
  fileFormats.some((format) => format === variant) ? `variant-${variant}` : variant;

const offered = (
  { url, linkId, format, bytes }: LinkedFile,
  place: Pick<FilePlace, 'id' | 'variant'>,
): OfferedFile => ({
  ...place,
  url,
  ...(linkId === undefined ? {} : { linkId }),
  ...(format === undefined ? {} : { format }),
  ...(bytes === undefined ? {} : { bytes }),
});

/**
 * What tells a file apart from those of other formats beside it: its format, where it may turn out to be
 * of the same one (a show that is called a presentation, a ZIP that holds one picture only). The one
 * whose format comes first in the list of them needs none.
 */
const formatVariant = (
  format: FileFormat,
  others: readonly FileFormat[],
): { readonly variant?: string } => {
  const before = fileFormats.slice(0, fileFormats.indexOf(format));
  const isUnsure = others.some(
    (other) => before.includes(other) && (mayBe(other, format) || mayBe(format, other)),
  );
  return isUnsure ? { variant: format } : {};
};

/** One deck in several formats, as opposed to several decks: the formats tell the files apart. */
const filesOfOneDeck = (files: readonly LinkedFile[]): readonly OfferedFile[] | undefined => {
  const formats = files.flatMap(({ variant, format }) =>
    variant === undefined && format !== undefined ? [format] : [],
  );
  if (new Set(formats).size < files.length) return undefined;
  return files.flatMap((file) =>
    file.format === undefined
      ? []
      : [offered(file, { id: file.format, ...formatVariant(file.format, formats) })],
  );
};

/**
 * The files of an answer, each with an id of its own; those beyond {@link maxFiles} are counted
 * only.
 */
export const offeredFiles = (
  files: readonly LinkedFile[],
): { readonly files: readonly OfferedFile[]; readonly refused: number } => {
  const [only] = files;
  if (only !== undefined && files.length === 1) {
    const variant = only.variant === undefined ? undefined : variantOf(only, 0);
    const place = variant === undefined ? { id: '1' } : { id: idOf(variant), variant };
    return { files: [offered(only, place)], refused: 0 };
  }
  const oneDeck = filesOfOneDeck(files);
  if (oneDeck !== undefined) return { files: oneDeck, refused: 0 };
  const taken = new Set<string>();
  const variants = files.slice(0, maxFiles).map((file, index): OfferedFile => {
    const wanted = variantOf(file, index);
    let variant = wanted;
    for (let copy = 2; taken.has(variant); copy += 1) variant = `${wanted}-${copy}`;
    taken.add(variant);
    return offered(file, { id: idOf(variant), variant });
  });
  return { files: variants, refused: Math.max(files.length - maxFiles, 0) };
};

/** The format that the provider names, else the one that the link shows. */
export const formatOf = ({ format, url }: OfferedFile): FileFormat | undefined =>
  format ?? formatOfLink(url);

/** What stands for the files beyond {@link maxFiles} among the failures. */
export const refusedFiles = (refused: number): Problem => ({
  code: 'ExportInvalid',
  message: `the provider offers ${maxFiles + refused} files, and at most ${maxFiles} are archived; ${refused} were left out`,
});
