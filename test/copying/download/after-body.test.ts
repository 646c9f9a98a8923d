import { describe, expect, it } from 'vitest';
import { judgeBody } from '../../../lambdas/copying/download/after-body.ts';
import type { BodyEnd } from '../../../lambdas/copying/download/download-body.ts';
import { complete, failed, unproven } from '../../../lambdas/copying/download/download-steps.ts';
import type { FileInfo } from '../../../lambdas/copying/download/download-verdict.ts';

const host = 'files.example.com';
const strong = { host, validator: '"v1"', hasEndMark: true };
const broken: BodyEnd['fault'] = { kind: 'broken', reason: 'the connection broke off' };
const partsAlone = `${host} sends no more than a part of the file at a time`;

describe('a body that ends', () => {
  it.each<[string, BodyEnd, FileInfo, object]>([
    [
      'whole, of a known length',
      { offset: 9 },
      { ...strong, totalBytes: 9 },
      { kind: 'over', step: complete },
    ],
    ['whole, of an unknown one', { offset: 9 }, strong, { kind: 'over', step: complete }],
    ['without a byte', { offset: 0 }, strong, { kind: 'empty' }],
    [
      'as a part of an unknown whole',
      { offset: 9 },
      { ...strong, partEnd: 9 },
      { kind: 'part', reason: partsAlone, mayBeWhole: true, at: { offset: 9, validator: '"v1"' } },
    ],
    [
      'as such a part, without a validator for the next',
      { offset: 9 },
      { host, hasEndMark: true, partEnd: 9 },
      { kind: 'over', step: unproven },
    ],
    [
      'at the end of the part that was sent',
      { offset: 9, fault: broken },
      { ...strong, partEnd: 9, totalBytes: 20 },
      { kind: 'part', reason: partsAlone, mayBeWhole: false, at: { offset: 9, totalBytes: 20 } },
    ],
    [
      'on the way',
      { offset: 5, fault: broken },
      { ...strong, totalBytes: 9 },
      { kind: 'broke', reason: broken.reason, startsOver: false, at: { offset: 5 } },
    ],
    [
      'beyond what was announced',
      { offset: 10, fault: { kind: 'tooLong', reason: 'more' } },
      { ...strong, totalBytes: 9 },
      { kind: 'broke', reason: 'more', startsOver: true, at: { offset: 0 } },
    ],
    [
      'beyond the limit',
      { offset: 10, fault: { kind: 'tooLarge', reason: 'longer' } },
      strong,
      { kind: 'over', step: failed('ExportTooLarge', 'longer') },
    ],
  ])('%s', (_, end, info, after) => {
    expect(judgeBody(end, info)).toMatchObject(after);
  });

  it.each([
    ['is asked where a second transfer of unknown length breaks off there', strong, 5, 'over'],
    ['is not asked at the first break', strong, undefined, 'broke'],
    ['is not asked at another byte', strong, 4, 'broke'],
    ['is not asked where the length is known', { ...strong, totalBytes: 9 }, 5, 'broke'],
  ])('on the way: the file %s', (_, info, brokeAt, kind) => {
    const end = { offset: 5, fault: broken };
    expect(judgeBody(end, info, { brokeAt, looksWhole: () => true }).kind).toBe(kind);
    expect(judgeBody(end, info, { brokeAt, looksWhole: () => false }).kind).toBe('broke');
  });
});
