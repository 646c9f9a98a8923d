import { createCipheriv } from 'node:crypto';

/** Bytes that look random and follow from a number. */
export const makeBytes = (length: number, fill: number): Buffer => {
  const key = Buffer.alloc(16);
  key.writeUInt32BE(fill >>> 0);
  return createCipheriv('aes-128-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(length));
};
