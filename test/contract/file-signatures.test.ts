import { describe, expect, it } from 'vitest';
import { codingsOf } from '../../lambdas/adapters/unpack.ts';
import { compressedStarts, fileStarts } from '../../lambdas/contract/file-signatures.ts';
import { firstBytes } from '../../lambdas/copying/recognising/first-bytes.ts';

/** Bytes that are neither a text nor a sign of anything. */
const more = Buffer.from([0x8a, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07]);

const begun = (start: Buffer): Buffer => Buffer.concat([start, more]);

describe('the first bytes of files', () => {
  it.each(Object.entries(fileStarts))('show that it is one as it is: %s', (_, start) => {
    for (const coding of ['br', 'deflate', 'gzip', 'zstd'])
      expect(codingsOf(coding, begun(start))).toEqual([]);
  });

  it.each<[keyof typeof fileStarts, object]>([
    ['pdf', { kind: 'format', format: 'pdf' }],
    ['png', { kind: 'format', format: 'png' }],
    ['jpg', { kind: 'format', format: 'jpg' }],
    ['zip', { kind: 'zip', from: 0 }],
    ['ole', { kind: 'other', what: expect.stringContaining('an old PowerPoint file') as string }],
  ])('show what it is: %s', (name, found) => {
    expect(firstBytes(begun(fileStarts[name]))).toEqual(found);
  });

  it.each(Object.entries(compressedStarts))(
    'of %s are those of nothing that is archived, whatever stands behind them',
    (_, start) => {
      expect(firstBytes(Buffer.concat([start, fileStarts.pdf]))).toMatchObject({ kind: 'other' });
    },
  );

  it('of gzip are no sign without its one method', () => {
    const { gzip } = compressedStarts;
    expect(codingsOf(undefined, Buffer.concat([gzip, Buffer.from([8]), more]))).toEqual(['gzip']);
    expect(codingsOf(undefined, Buffer.concat([gzip, Buffer.from([7]), more]))).toEqual([]);
  });
});
