import type { FileFormat } from '../../contract/file-formats.ts';
import { walkBoxes } from './mp4-boxes.ts';

/**
 * Bytes at the end of a file that are looked at: a ZIP's end record with the longest comment it can
 * have.
 */
export const tailBytes = 22 + 65_535;

/**
 * A PDF may carry some bytes after its last mark; readers look for it in the last kilobyte (ISO
 * 32000-1, annex H.3).
 */
const pdfTailBytes = 1024;

/** A JPEG may carry a few bytes after its end; a small picture within it ends the same way. */
const jpgTailBytes = 64;

const pdfEnd = Buffer.from('%%EOF');
const zipEnd = Buffer.from('PK\x05\x06', 'latin1');

/** The chunk IEND with its checksum, which has no data and so is always the same. */
const pngEnd = Buffer.from('IEND\xae\x42\x60\x82', 'latin1');

/** End of image (ITU-T T.81, B.1.1.3). */
const jpgEnd = Buffer.from([0xff, 0xd9]);

/** What servers fill a file up with that store it in blocks, and line ends. */
const padding: readonly (number | undefined)[] = [0x00, 0x0a, 0x0d, 0x20];

const withoutPadding = (tail: Buffer): Buffer => {
  let end = tail.length;
  while (end > 0 && padding.includes(tail[end - 1])) end -= 1;
  return tail.subarray(0, end);
};

/**
 * Whether a file's last bytes are such as end a file of its format. Asked only where the server
 * told no length and the transfer had no end mark of its own, so that nothing else would tell a
 * whole file from one that was cut. An MP4 has no such bytes: see {@link createFileEnd}.
 *
 * @param tail the last {@link tailBytes} of the file, or all of a shorter one
 */
export const endsWhole = (format: Exclude<FileFormat, 'mp4'>, tail: Buffer): boolean => {
  switch (format) {
    case 'pdf':
      return withoutPadding(tail).subarray(-pdfTailBytes).includes(pdfEnd);
    case 'png':
      return withoutPadding(tail).subarray(-pdfTailBytes).includes(pngEnd);
    case 'jpg':
      return withoutPadding(tail).subarray(-jpgTailBytes).includes(jpgEnd);
    case 'pptx':
    case 'pptm':
    case 'ppsx':
    case 'ppsm':
    case 'potx':
    case 'potm':
    case 'zip':
      return tail.includes(zipEnd);
  }
};

/** Looks at a file while it comes, to tell at its end whether it is whole. */
export interface FileEnd {
  add(bytes: Uint8Array): void;
  isWhole(format: FileFormat): boolean;
}

/** Bytes that are kept before the oldest are dropped: each byte is then moved twice at the most. */
const keptBytes = 4 * tailBytes;

/** See {@link FileEnd}. Begins with the first byte of a file. */
export const createFileEnd = (): FileEnd => {
  const boxes = walkBoxes();
  let kept = Buffer.alloc(0);
  let length = 0;

  const last = (count: number): Buffer => kept.subarray(Math.max(length - count, 0), length);

  return {
    add: (bytes) => {
      boxes.add(bytes);
      const piece = bytes.subarray(Math.max(bytes.length - tailBytes, 0));
      if (kept.length === 0) kept = Buffer.alloc(keptBytes);
      if (length + piece.length > keptBytes) {
        const tail = Buffer.from(last(tailBytes));
        tail.copy(kept);
        ({ length } = tail);
      }
      kept.set(piece, length);
      length += piece.length;
    },
    isWhole: (format) => (format === 'mp4' ? boxes.isWhole() : endsWhole(format, last(tailBytes))),
  };
};
