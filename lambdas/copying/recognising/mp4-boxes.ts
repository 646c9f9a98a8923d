/** Follows the boxes of an MP4 while its bytes come. */
export interface BoxWalk {
  add(bytes: Uint8Array): void;
  /** Whether what has come ends where a box ends, with the media's own data among the boxes. */
  isWhole(): boolean;
}

/** Size and type; a size of 1 says that 8 bytes with the true one follow (ISO/IEC 14496-12, 4.2). */
const shortHeader = 8;
const longHeader = 16;

/**
 * An MP4 has no mark at its end, but its outermost boxes tell their lengths: the last one must be
 * complete. One that says "to the end of the file" proves nothing and counts as not whole.
 */
export const walkBoxes = (): BoxWalk => {
  let header = Buffer.alloc(0);
  /** Bytes of the current box that are still to come, once its header is here. */
  let left = 0;
  let hasMovie = false;

  /** @returns whether the next box can be found behind this one */
  const readHeader = (): boolean => {
    const short = header.readUInt32BE(0);
    const isLong = short === 1;
    if (isLong && header.length < longHeader) return true;
    const size = isLong ? Number(header.readBigUInt64BE(shortHeader)) : short;
    const headerLength = isLong ? longHeader : shortHeader;
    if (size < headerLength) return false;
    hasMovie ||= header.toString('latin1', 4, 8) === 'moov';
    left = size - headerLength;
    header = Buffer.alloc(0);
    return true;
  };

  return {
    add: (bytes) => {
      for (let at = 0; at < bytes.length;) {
        if (left > 0) {
          const taken = Math.min(left, bytes.length - at);
          left -= taken;
          at += taken;
          continue;
        }
        const length = header.length < shortHeader ? shortHeader : longHeader;
        const piece = bytes.subarray(at, at + length - header.length);
        header = Buffer.concat([header, piece]);
        at += piece.length;
        // Lost: whatever follows counts as part of a box that never ends.
        if (header.length === length && !readHeader()) left = Infinity;
      }
    },
    isWhole: () => hasMovie && left === 0 && header.length === 0,
  };
};
