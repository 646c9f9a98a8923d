import { createCipheriv, createHash } from 'node:crypto';

/**
 * A file that is too large to be kept in memory: its bytes are made while they are read, the same
 * each time.
 */
export interface LargeDeck {
  readonly bytes: number;
  /** Its bytes from an offset on, in pieces that must not be changed. */
  chunks(from?: number): Iterable<Buffer>;
  /** Lower-case hexadecimal. */
  sha256(): string;
}

/**
 * Blocks differ in their first bytes, so that one that is lost, doubled or in the wrong place
 * shows.
 */
const blockBytes = 1024 * 1024;

const stampBytes = 16;

/** The first bytes of every PowerPoint file: a ZIP entry of this name. */
const start = Buffer.concat([
  Buffer.from('PK\x03\x04', 'latin1'),
  Buffer.alloc(22),
  Buffer.from([19, 0, 0, 0]),
  Buffer.from('[Content_Types].xml'),
]);

/**
 * A PowerPoint file by its first bytes, and noise from there on.
 *
 * @param seed tells files of the same length apart
 */
export const largeDeck = (bytes: number, seed = 1): LargeDeck => {
  const noise = createCipheriv('aes-128-ctr', Buffer.alloc(16, seed), Buffer.alloc(16)).update(
    Buffer.alloc(blockBytes),
  );

  function* pieces(): Generator<Buffer> {
    for (let at = 0; at < bytes; at += blockBytes) {
      const stamp = at === 0 ? start : Buffer.alloc(stampBytes, `${seed} ${at} `);
      const length = Math.min(bytes - at, blockBytes);
      yield stamp.subarray(0, length);
      yield noise.subarray(stamp.length, Math.max(length, stamp.length));
    }
  }

  const deck: LargeDeck = {
    bytes,
    *chunks(from = 0) {
      let skip = from;
      for (const piece of pieces()) {
        const rest = piece.subarray(Math.min(skip, piece.length));
        skip -= Math.min(skip, piece.length);
        if (rest.length > 0) yield rest;
      }
    },
    sha256: () => {
      const hash = createHash('sha256');
      for (const piece of deck.chunks()) hash.update(piece);
      return hash.digest('hex');
    },
  };
  return deck;
};
