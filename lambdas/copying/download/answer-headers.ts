import { compressionsOf } from '../../contract/content-coding.ts';
import type { OpenDownload } from '../../contract/ports.ts';

type Headers = OpenDownload['headers'];

/** The codings that compress, as the answer lists them; absent where none does. */
export const compressionOf = (headers: Headers): string | undefined => {
  const codings = compressionsOf(headers['content-encoding']);
  return codings.length === 0 ? undefined : codings.join(', ').slice(0, 40);
};

/** A whole number of bytes; absent where the text is anything else. */
export const wholeNumber = (text = ''): number | undefined =>
  /^\d{1,15}$/.test(text.trim()) ? Number(text.trim()) : undefined;

/** A part of a file, both ends included, and the length of the whole where the answer tells it. */
export interface PartOfFile {
  readonly first: number;
  readonly last: number;
  readonly totalBytes: number | undefined;
}

/**
 * `Content-Range: bytes 500-999/1000`, or `bytes 500-999/*` (RFC 9110, 14.4). Hosts write the unit
 * in other letters, leave it out, or put `=` behind it as in a request.
 */
const contentRange = /^(?:bytes)?[\s=:]*(\d{1,15})\s*-\s*(\d{1,15})\s*\/\s*(\d{1,15}|\*)$/i;

/** The part that a 206 says it is; absent where it does not say, or what it says cannot be. */
export const partOf = (headers: Headers): PartOfFile | undefined => {
  const [, first, last, total] = contentRange.exec(headers['content-range']?.trim() ?? '') ?? [];
  if (first === undefined || last === undefined) return undefined;
  const part = { first: Number(first), last: Number(last), totalBytes: wholeNumber(total) };
  const isPossible = part.first <= part.last && part.last < (part.totalBytes ?? Infinity);
  return isPossible ? part : undefined;
};

/** A 416 tells the length behind an asterisk in place of a range (RFC 9110, 15.5.17). */
const unsatisfiedRange = /^(?:bytes)?[\s=:]*\*\s*\/\s*(\d{1,15})$/i;

/** The length that a 416 tells. */
export const lengthOfUnsatisfied = (headers: Headers): number | undefined =>
  wholeNumber(unsatisfiedRange.exec(headers['content-range']?.trim() ?? '')?.[1]);

/**
 * `Last-Modified` counts as strong if it is older than the answer (RFC 9110, 8.8.2.2); HTTP dates
 * have whole seconds.
 */
const strongDateAgeMilliseconds = 1000;

/**
 * What `If-Range` may carry (RFC 9110, 13.1.5): a strong ETag, or, where there is none at all, a
 * date that is strong; nothing where ranges are refused.
 */
export const validatorOf = (headers: Headers): string | undefined => {
  if (headers['accept-ranges']?.trim().toLowerCase() === 'none') return undefined;
  const etag = headers['etag']?.trim();
  if (etag !== undefined && etag !== '') return /^"[^"]*"$/.test(etag) ? etag : undefined;
  const modified = headers['last-modified']?.trim();
  const age = Date.parse(headers['date'] ?? '') - Date.parse(modified ?? '');
  return age >= strongDateAgeMilliseconds ? modified : undefined;
};

/**
 * Whether an answer names another version than the one that was asked for. A host that marks the
 * same tag as weak on its way (a proxy that could compress does) names the same one.
 */
export const isOtherVersion = (headers: Headers, validator: string | undefined): boolean => {
  const etag = headers['etag']?.trim().replace(/^W\//, '');
  return (
    etag !== undefined && etag !== '' && validator?.startsWith('"') === true && etag !== validator
  );
};

/** Whether parts come wrapped, each with headers of its own (RFC 9110, 15.3.7.2): no bytes of a file. */
export const isWrapped = (headers: Headers): boolean =>
  /^\s*multipart\/byteranges/i.test(headers['content-type'] ?? '');

/** Whether the transfer's own framing shows its end: chunks with a last one. */
export const isChunked = (headers: Headers): boolean =>
  /\bchunked\s*$/i.test(headers['transfer-encoding'] ?? '');
