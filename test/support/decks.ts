import { createCipheriv, createHash } from 'node:crypto';

/** Bytes that look random and are the same each time. */
const noise = (length: number, seed: number): Buffer =>
  createCipheriv('aes-128-ctr', Buffer.alloc(16, seed), Buffer.alloc(16)).update(
    Buffer.alloc(length),
  );

/** A file of the given length with the first and last bytes of a PDF. */
export const pdf = (length = 2000, seed = 1): Buffer => {
  const [start, end] = [Buffer.from('%PDF-1.7\n'), Buffer.from('\n%%EOF\n')];
  return Buffer.concat([start, noise(Math.max(length - start.length - end.length, 0), seed), end]);
};

const endOfZip = Buffer.concat([Buffer.from('PK\x05\x06', 'latin1'), Buffer.alloc(18)]);

/** A file of the given length that starts like a ZIP with this first entry, and ends like one. */
export const zip = (length = 2000, firstEntry = 'slide-1.png', seed = 2): Buffer => {
  const header = Buffer.alloc(30);
  header.write('PK\x03\x04', 'latin1');
  header.writeUInt16LE(firstEntry.length, 26);
  const start = Buffer.concat([header, Buffer.from(firstEntry)]);
  return Buffer.concat([
    start,
    noise(Math.max(length - start.length - endOfZip.length, 0), seed),
    endOfZip,
  ]);
};

/** A file that starts like a PowerPoint file. */
export const pptx = (length = 2000, seed = 3): Buffer => zip(length, '[Content_Types].xml', seed);

export const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
