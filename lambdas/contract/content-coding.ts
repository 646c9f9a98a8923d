/**
 * Codings that compress (IANA, "HTTP Content Coding Registry"). Whatever else hosts put into
 * `Content-Encoding`, a character set, `none` or `aws-chunked` say, leaves the bytes as they are.
 */
const compressing = [
  'gzip',
  'x-gzip',
  'deflate',
  'br',
  'zstd',
  'compress',
  'x-compress',
  'dcb',
  'dcz',
] as const;

/** A coding that compresses. */
export type Compression = (typeof compressing)[number];

/**
 * The codings of a `Content-Encoding` that compress, in the order in which they were applied.
 *
 * @param header its value; several are separated by commas
 */
export const compressionsOf = (header = ''): readonly Compression[] =>
  header.split(',').flatMap((word) => {
    const name = word.trim().toLowerCase();
    return compressing.find((coding) => coding === name) ?? [];
  });
