import { createHash } from 'node:crypto';
import type { CaseFile } from '../fault-case.ts';
import { makeBytes } from './make-bytes.ts';

const starts: Readonly<Record<CaseFile['format'], string>> = {
  pdf: '%PDF-1.7\n',
  pptx: 'PK\u0003\u0004..........................[Content_Types].xml',
  zip: 'PK\u0003\u0004..........................card-1.png',
  png: '\u0089PNG\r\n\u001A\n',
};

const ends: Readonly<Record<CaseFile['format'], string>> = {
  pdf: '\n%%EOF\n',
  pptx: `PK\u0005\u0006${'\0'.repeat(18)}`,
  zip: `PK\u0005\u0006${'\0'.repeat(18)}`,
  png: '\0\0\0\0IEND\u00AE\u0042\u0060\u0082',
};

/** A ZIP tells the length of its first entry's name at byte 26. */
const withNameLength = (start: Buffer): Buffer => {
  if (start.subarray(0, 2).toString('latin1') === 'PK') start.writeUInt16LE(start.length - 30, 26);
  return start;
};

/**
 * The bytes of a file: the first and last ones of its format, and what follows from `fill` between
 * them.
 */
export const contentOf = ({
  format,
  before = '',
  bytes,
  fill,
}: Pick<CaseFile, 'format' | 'before' | 'bytes' | 'fill'>): Buffer => {
  const start = withNameLength(Buffer.from(`${before}${starts[format]}`, 'latin1'));
  const end = Buffer.from(ends[format], 'latin1');
  return Buffer.concat([
    start,
    makeBytes(Math.max(0, bytes - start.length - end.length), fill),
    end,
  ]);
};

/** SHA-256 in lower-case hexadecimal. */
export const sha256 = (bytes: Uint8Array): string =>
  createHash('sha256').update(bytes).digest('hex');
