import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** A CRC-32 as S3 spells it: base64 of the big-endian number. */
export const crc32Text = (value: number): string => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes.toString('base64');
};

/** CRC-32's polynomial, bits reversed as in the checksum itself (ISO 3309). */
const polynomial = 0xed_b8_83_20;

/**
 * The product of two polynomials over GF(2), modulo CRC-32's own. The highest bit is the
 * coefficient of x^0.
 */
const multiplied = (a: number, b: number): number => {
  let [product, factor] = [0, b];
  for (let bit = 31; bit >= 0; bit -= 1) {
    if ((a >>> bit) & 1) product ^= factor;
    factor = factor & 1 ? (factor >>> 1) ^ polynomial : factor >>> 1;
  }
  return product >>> 0;
};

/** x to the power of the given number of bytes' bits, modulo CRC-32's polynomial: by squaring. */
const shiftedBy = (bytes: number): number => {
  let power = 0x80_00_00_00;
  let square = multiplied(0x00_80_00_00, 0x80_00_00_00);
  for (let rest = bytes; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) power = multiplied(square, power);
    square = multiplied(square, square);
  }
  return power;
};

/**
 * The CRC-32 of two pieces of which only the sums are known, one after the other, so that no byte
 * is summed twice.
 *
 * @param bytes length of the second piece
 */
export const crc32OfBoth = (first: number, second: number, bytes: number): number =>
  (multiplied(shiftedBy(bytes), first) ^ second) >>> 0;

/** Length and sums of a whole file. */
export interface Sums {
  readonly bytes: number;
  /** Base64, see {@link crc32Text}. */
  readonly crc32: string;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
}

/** The sums of everything that a stream yields. */
export const sumsOf = async (
  stream: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<Sums> => {
  const hash = createHash('sha256');
  let [bytes, crc] = [0, 0];
  for await (const chunk of stream) {
    bytes += chunk.length;
    crc = crc32(chunk, crc);
    hash.update(chunk);
  }
  return { bytes, crc32: crc32Text(crc), sha256: hash.digest('hex') };
};
