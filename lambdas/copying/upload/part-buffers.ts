/**
 * Buffers that are not used any more, kept for the next part, the next file and the next invocation:
 * what is allocated anew each time is freed late, and a function that stays warm would need twice
 * the memory.
 */
const spare: Buffer[] = [];

/** Buffers that are kept: one that is filled, and those of the parts on their way. */
const maxSpare = 4;

/** A buffer of that length; its content is of no meaning. */
export const takeBuffer = (bytes: number): Buffer => {
  const index = spare.findLastIndex(({ length }) => length === bytes);
  const [found] = index < 0 ? [] : spare.splice(index, 1);
  // Slow: not from Node's shared pool, which would keep slices of larger blocks alive.
  return found ?? Buffer.allocUnsafeSlow(bytes);
};

/**
 * Gives back a buffer from {@link takeBuffer} that nothing reads or writes any more. The longest
 * unused one makes room for it.
 */
export const returnBuffer = (buffer: Buffer): void => {
  spare.push(buffer);
  if (spare.length > maxSpare) spare.shift();
};
