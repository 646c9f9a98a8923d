import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FileFormat } from '../../../lambdas/contract/file-formats.ts';
import { createFileEnd } from '../../../lambdas/copying/recognising/file-end.ts';
import { createCanvas } from '../../../local/simulator/decks/png.ts';
import { pdf, pptx } from '../../support/decks.ts';

const box = (type: string, length: number): Buffer => {
  const header = Buffer.alloc(8);
  header.writeUInt32BE(length + 8);
  header.write(type, 4, 'latin1');
  return Buffer.concat([header, Buffer.alloc(length, 7)]);
};

const longBox = (type: string, length: number): Buffer => {
  const header = Buffer.alloc(16);
  header.writeUInt32BE(1);
  header.write(type, 4, 'latin1');
  header.writeBigUInt64BE(BigInt(length + 16), 8);
  return Buffer.concat([header, Buffer.alloc(length, 7)]);
};

const files: readonly (readonly [FileFormat, Buffer])[] = [
  ['pdf', pdf(300_000)],
  ['pptx', pptx(300_000)],
  ['png', Buffer.from(createCanvas(200, 200).toPng())],
  [
    'jpg',
    Buffer.concat([Buffer.from('ffd8ffe0', 'hex'), Buffer.alloc(9000), Buffer.from('ffd9', 'hex')]),
  ],
  ['mp4', Buffer.concat([box('ftyp', 16), box('moov', 3000), longBox('mdat', 200_000)])],
];

const isWhole = (format: FileFormat, pieces: readonly Uint8Array[]): boolean => {
  const end = createFileEnd();
  for (const piece of pieces) end.add(piece);
  return end.isWhole(format);
};

const cutAt = (file: Buffer, places: readonly number[]): Buffer[] => {
  const cuts = [0, ...places.toSorted((a, b) => a - b), file.length];
  return cuts.slice(1).map((end, index) => file.subarray(cuts[index], end));
};

describe('the end of a file of which nothing else tells its length', () => {
  it.each(files)('of a %s shows that it is whole, in whatever pieces it comes', (format, file) => {
    fc.assert(
      fc.property(fc.array(fc.nat(file.length), { maxLength: 12 }), (places) => {
        expect(isWhole(format, cutAt(file, places))).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it.each(files.filter(([format]) => format !== 'mp4'))(
    'of a %s is found before what fills its last block',
    (format, file) => {
      for (const filling of [Buffer.alloc(4095), Buffer.alloc(2000, ' '), Buffer.from('\r\n')])
        expect(isWhole(format, [file, filling])).toBe(true);
      expect(isWhole(format, [file.subarray(0, file.length - 30), Buffer.alloc(2000)])).toBe(false);
    },
  );

  it.each(files)('of a %s that was cut does not', (format, file) => {
    fc.assert(
      fc.property(fc.integer({ min: 20, max: file.length - 70 }), (length) => {
        expect(
          isWhole(
            format,
            cutAt(
              file.subarray(0, length),
              [7, 4000].filter((at) => at < length),
            ),
          ),
        ).toBe(false);
      }),
      { numRuns: 30 },
    );
  });

  it('is nothing that a video proves which goes on "to the end of the file", or has no movie', () => {
    const endless = box('mdat', 100);
    endless.writeUInt32BE(0);
    expect(isWhole('mp4', [box('ftyp', 16), box('moov', 10), endless])).toBe(false);
    expect(isWhole('mp4', [box('ftyp', 16), box('mdat', 100)])).toBe(false);
    expect(isWhole('mp4', [])).toBe(false);
  });
});
