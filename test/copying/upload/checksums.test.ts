import { crc32 } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc32OfBoth, crc32Text, sumsOf } from '../../../lambdas/copying/upload/checksums.ts';
import { pdf, sha256 } from '../../support/decks.ts';

describe('the CRC-32 of two pieces', () => {
  it('follows from their sums, whatever they are', () => {
    const bytes = fc.uint8Array({ maxLength: 5000 });
    fc.assert(
      fc.property(bytes, bytes, (first, second) => {
        expect(crc32OfBoth(crc32(first), crc32(second), second.length)).toBe(
          crc32(Buffer.concat([first, second])),
        );
      }),
    );
  });

  it('follows from their sums for lengths beyond 32 bits, too', () => {
    // x^(8n) has a period of 2^32 - 1 over this polynomial: that many bytes of zeros and none are
    // the same shift.
    const sum = crc32(Buffer.from('deck'));
    expect(crc32OfBoth(sum, 0, 2 ** 32 - 1)).toBe(sum);
    expect(crc32OfBoth(sum, 0, 2 ** 32)).toBe(crc32OfBoth(sum, 0, 1));
    expect(crc32OfBoth(sum, 0, 2 ** 32)).not.toBe(sum);
  });
});

describe('the sums of a file', () => {
  it('are its length, its CRC-32 as S3 spells it and its SHA-256', async () => {
    const deck = pdf(5000);
    const pieces = [deck.subarray(0, 1), deck.subarray(1, 3000), deck.subarray(3000)];
    expect(await sumsOf(pieces)).toEqual({
      bytes: 5000,
      crc32: crc32Text(crc32(deck)),
      sha256: sha256(deck),
    });
  });

  it('of nothing are those of nothing', async () => {
    expect(await sumsOf([])).toEqual({
      bytes: 0,
      crc32: 'AAAAAA==',
      sha256: sha256(Buffer.alloc(0)),
    });
  });
});
