import { inflateRawSync } from 'node:zlib';

/** What the first bytes of a ZIP tell of what is in it. */
export interface ZipEntries {
  /** Names of the entries, in the order of the file, as far as it was read. */
  readonly names: readonly string[];
  /** The content of the entry that was looked for; absent where it was not met or is not readable. */
  readonly content?: Buffer;
  /** Every entry of the file is among the names: the list of all of them follows. */
  readonly isAll?: true;
  /** Bytes of the file that are needed to go on; absent where nothing more would be found. */
  readonly needs?: number;
}

/** `PK\x03\x04`, before each entry (APPNOTE 6.3.10, 4.3.7 Local file header). */
const entrySignature = 0x04034b50;

/** `PK\x01\x02`, before each entry of the central directory (4.3.12). */
const directorySignature = 0x02014b50;

/** Bytes of a local file header before the name. */
const headerBytes = 30;

/** The sizes stand behind the entry, in its data descriptor (4.4.4, bit 3). */
const sizesFollow = 0x0008;

/**
 * A size that stands in the ZIP64 extra field (4.5.3), which writers use for small entries as well that
 * do not know how long one will be.
 */
const isInZip64 = 0xffffffff;

/** The number of that field. In a local header it holds both sizes, the compressed one last. */
const zip64Field = 0x0001;

/** Methods of compression (4.4.5). */
const [stored, deflated] = [0, 8];

/** Most bytes that an entry is unpacked to: a list of types of a thousand slides takes 200 kB. */
const maxContentBytes = 4 * 1024 * 1024;

/**
 * The compressed size of an entry as its ZIP64 field has it; 0 where it follows the entry, nothing
 * where there is no such field.
 */
const sizeInZip64 = (extra: Buffer): number | undefined => {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== zip64Field || at + 20 > extra.length) continue;
    return Number(extra.readBigUInt64LE(at + 12));
  }
  return undefined;
};

/** What follows an entry: the next one, or the central directory (`PK\x01\x02`). */
const nextHeader = (head: Buffer, from: number): number => {
  let at = head.indexOf('PK', from, 'latin1');
  while (at >= 0 && at + 4 <= head.length) {
    const signature = head.readUInt32LE(at);
    if (signature === entrySignature || signature === directorySignature) return at;
    at = head.indexOf('PK', at + 2, 'latin1');
  }
  return -1;
};

/**
 * End of an entry whose sizes follow it. The compressed size in the descriptor must lead back to
 * where the entry began, so that bytes which only look like a header are passed over. The signature
 * of the descriptor is optional, and its sizes have 8 bytes in ZIP64 (4.3.9).
 */
const endOfStreamed = (head: Buffer, start: number): number | undefined => {
  for (let at = nextHeader(head, start); at >= 0; at = nextHeader(head, at + 4)) {
    const short = at - start >= 12 ? head.readUInt32LE(at - 8) : -1;
    const long = at - start >= 20 ? head.readUInt32LE(at - 16) : -1;
    if (short === at - start - 12 || short === at - start - 16) return at;
    if (long === at - start - 20 || long === at - start - 24) return at;
  }
  return undefined;
};

const unpacked = (data: Buffer, method: number): Buffer | undefined => {
  if (method === stored) return data.subarray(0, maxContentBytes);
  if (method !== deflated) return undefined;
  try {
    // The descriptor behind a streamed entry is left unread: the data tell where they end.
    return inflateRawSync(data, { maxOutputLength: maxContentBytes });
  } catch {
    return undefined;
  }
};

/**
 * Reads the entries at the begin of a ZIP, one header after the other, and unpacks the one that is
 * wanted. Nothing else is unpacked.
 *
 * @param head the first bytes of the file
 * @param wanted name of an entry, in lower case: names of an Office file's parts differ by more
 *   than case (ECMA-376, part 2, 6.2.2.3)
 */
export const zipEntries = (head: Buffer, wanted: string): ZipEntries => {
  const names: string[] = [];
  let at = 0;
  for (;;) {
    if (at + headerBytes > head.length) return { names, needs: at + headerBytes };
    const signature = head.readUInt32LE(at);
    if (signature === directorySignature) return { names, isAll: true };
    if (signature !== entrySignature) return { names };
    const [flags, method] = [head.readUInt16LE(at + 6), head.readUInt16LE(at + 8)];
    const shortSize = head.readUInt32LE(at + 18);
    const nameEnd = at + headerBytes + head.readUInt16LE(at + 26);
    const start = nameEnd + head.readUInt16LE(at + 28);
    if (start > head.length) return { names, needs: start };
    const name = head.toString('utf8', at + headerBytes, nameEnd);
    names.push(name);
    const size = shortSize === isInZip64 ? sizeInZip64(head.subarray(nameEnd, start)) : shortSize;
    if (size === undefined) return { names };
    const isStreamed = (flags & sizesFollow) !== 0 && size === 0;
    const end = isStreamed ? endOfStreamed(head, start) : start + size;
    // Nothing tells how far it is: twice as much, so that reading again stays in proportion.
    if (end === undefined) return { names, needs: head.length * 2 };
    if (name.toLowerCase() === wanted) {
      if (end > head.length) return { names, needs: end };
      const content = unpacked(head.subarray(start, end), method);
      return content === undefined ? { names } : { names, content };
    }
    at = end;
  }
};
