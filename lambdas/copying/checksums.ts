import { createHash, type Hash } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** A CRC-32 as S3 spells it: base64 of the big-endian number. */
export const crc32Text = (value: number): string => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes.toString('base64');
};

/** Sums over a file that arrives piece by piece. */
export interface RunningSums {
  /** Bytes so far. */
  readonly bytes: number;
  /** CRC-32 so far, as an unsigned number. */
  readonly crc32: number;
  add(chunk: Uint8Array): void;
  /** SHA-256 of what was added, lower-case hexadecimal. Ends the sums. */
  sha256(): string;
}

/** Starts sums, or goes on with the length and CRC-32 of bytes that were summed earlier (their SHA-256 cannot be carried). */
export const runningSums = (from: { readonly bytes: number; readonly crc32: number } = { bytes: 0, crc32: 0 }): RunningSums => {
  let { bytes, crc32: crc } = from;
  const hash: Hash = createHash('sha256');
  return {
    get bytes() {
      return bytes;
    },
    get crc32() {
      return crc;
    },
    add: (chunk) => {
      bytes += chunk.length;
      crc = crc32(chunk, crc);
      hash.update(chunk);
    },
    sha256: () => hash.digest('hex'),
  };
};

/** Length and sums of a whole file. */
export interface Sums {
  readonly bytes: number;
  /** Base64, see {@link crc32Text}. */
  readonly crc32: string;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
}

/** The sums of everything that a stream yields. */
export const sumsOf = async (stream: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<Sums> => {
  const sums = runningSums();
  for await (const chunk of stream) sums.add(chunk);
  return { bytes: sums.bytes, crc32: crc32Text(sums.crc32), sha256: sums.sha256() };
};
