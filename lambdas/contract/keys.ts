import type { ExportFormat } from './results.ts';

/** What the key of an object is made from. */
export interface GenerationKey {
  readonly provider: string;
  readonly generationId: string;
}

const folder = (prefix: string, { provider, generationId }: GenerationKey): string =>
  `${prefix}${provider}/${generationId}/`;

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
  `${folder(prefix, key)}presentation${variant === undefined ? '' : `-${variant}`}.${format}`;

/** S3 key of the provider's final status document. */
export const documentKey = (prefix: string, key: GenerationKey): string =>
  `${folder(prefix, key)}generation.json`;

/** S3 key of the manifest. It is written last: where it is, the archive is complete. */
export const manifestKey = (prefix: string, key: GenerationKey): string =>
  `${folder(prefix, key)}manifest.json`;

/** `s3://bucket/key`. */
export const objectUri = (bucket: string, key: string): string => `s3://${bucket}/${key}`;

/**
 * Folder of the claims: small objects that the functions tell each other by. No provider's name
 * begins with `_`.
 */
export const claimsFolder = (prefix: string): string => `${prefix}_claims/`;
