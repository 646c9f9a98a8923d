/**
 * CRC-32's own polynomial as bytes (ISO 3309, the lowest bit first): a text that it is added to
 * keeps its CRC-32.
 */
const polynomial = Buffer.from([0x41, 0x06, 0x71, 0xdb, 0x01]);

/** Other bytes of the same length and the same CRC-32. */
export const crcTwinOf = (bytes: Buffer, at = Math.floor(bytes.length / 2)): Buffer => {
  const twin = Buffer.from(bytes);
  for (const [index, byte] of polynomial.entries())
    twin[at + index] = (twin[at + index] ?? 0) ^ byte;
  return twin;
};
