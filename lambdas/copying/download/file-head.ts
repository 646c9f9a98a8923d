/** The first bytes of a file, held back until it is known what they begin. */
export interface FileHead {
  add(bytes: Uint8Array): void;
  clear(): void;
  bytes(): Buffer;
  /** Whether there are so many that looking at them is worth it. */
  isEnough(): boolean;
  /** Looking at them was in vain: so many are needed. */
  wait(needed: number): void;
}

/** See {@link FileHead}. */
export const createHead = (): FileHead => {
  let pieces: Buffer[] = [];
  let length = 0;
  let enough = 0;
  return {
    add: (bytes) => {
      // The chunk's memory is used again.
      pieces.push(Buffer.from(bytes));
      length += bytes.length;
    },
    clear: () => {
      pieces = [];
      length = 0;
      enough = 0;
    },
    bytes: () => {
      pieces = [Buffer.concat(pieces)];
      return pieces[0] ?? Buffer.alloc(0);
    },
    isEnough: () => length > 0 && length >= enough,
    wait: (needed) => {
      // Half as much again, so that looking over and over stays in proportion to what comes.
      enough = Math.max(needed, Math.ceil(length * 1.5));
    },
  };
};
