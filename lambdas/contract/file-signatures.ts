/** First bytes by which files are known that are downloaded, and by which others are told apart. */
export const fileStarts = {
  /** ISO 32000-1, 7.5.2. */
  pdf: Buffer.from('%PDF-'),
  /** Before the first entry, of an Office file as well (APPNOTE 6.3.10, 4.3.7). */
  zip: Buffer.from('PK\x03\x04', 'latin1'),
  /** PNG specification, 5.2. */
  png: Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
  /** Start of image, and the marker that follows it (ITU-T T.81, B.1.1.3). */
  jpg: Buffer.from([0xff, 0xd8, 0xff]),
  /** An OLE file: the old PowerPoint format, and what a file with a password is wrapped in. */
  ole: Buffer.from('d0cf11e0a1b11ae1', 'hex'),
} as const;

/** First bytes of what is compressed as a whole. */
export const compressedStarts = {
  /** RFC 1952, 2.3.1: what follows is the method. */
  gzip: Buffer.from([0x1f, 0x8b]),
  /** RFC 8878, 3.1.1. */
  zstd: Buffer.from([0x28, 0xb5, 0x2f, 0xfd]),
} as const;

/** Whether bytes begin with others. */
export const beginsWith = (bytes: Buffer, start: Buffer): boolean =>
  bytes.subarray(0, start.length).equals(start);

/**
 * The brand of a file that begins with a file type box, as an MP4 does (ISO/IEC 14496-12, 4.3);
 * `undefined` of any other.
 */
export const brandOf = (bytes: Buffer): string | undefined =>
  bytes.toString('latin1', 4, 8) === 'ftyp' ? bytes.toString('latin1', 8, 12) : undefined;
