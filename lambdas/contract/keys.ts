import type { ExportFormat } from './results.ts';

/** What the key of an object is made from. */
export interface GenerationKey {
  readonly provider: string;
  readonly generationId: string;
  /** Names with `/` between them; absent: right below the prefix. */
  readonly folder?: string | undefined;
}

const folderOf = (prefix: string, { provider, generationId, folder }: GenerationKey): string =>
  `${prefix}${folder === undefined ? '' : `${folder}/`}${provider}/${generationId}/`;

/**
 * S3 key of an exported file: `presentation.pptx`, or `presentation-<variant>.pptx` where a
 * generation has several files of a format.
 *
 * @param prefix the stack's key prefix: empty, or ending in `/`
 */
export const exportKey = (
  prefix: string,
  key: GenerationKey,
  format: ExportFormat,
  variant?: string,
): string =>
  `${folderOf(prefix, key)}presentation${variant === undefined ? '' : `-${variant}`}.${format}`;

/** S3 key of the provider's final status document. */
export const documentKey = (prefix: string, key: GenerationKey): string =>
  `${folderOf(prefix, key)}generation.json`;

/** S3 key of the manifest. It is written last: where it is, the archive is complete. */
export const manifestKey = (prefix: string, key: GenerationKey): string =>
  `${folderOf(prefix, key)}manifest.json`;

/** `s3://bucket/key`. */
export const objectUri = (bucket: string, key: string): string => `s3://${bucket}/${key}`;

/**
 * Folder of the notes that tell in which folder a generation lies. No provider's name begins with
 * `_`.
 */
export const folderNotes = (prefix: string): string => `${prefix}_folders/`;

/** S3 key of the note that tells in which folder a generation lies. */
export const folderNoteKey = (
  prefix: string,
  { provider, generationId }: Pick<GenerationKey, 'provider' | 'generationId'>,
): string => `${folderNotes(prefix)}${provider}/${generationId}.json`;

/**
 * Folder of the claims: small objects that the functions tell each other by. No provider's name
 * begins with `_`.
 */
export const claimsFolder = (prefix: string): string => `${prefix}_claims/`;
