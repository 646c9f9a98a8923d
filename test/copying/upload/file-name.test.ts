import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dispositionOf, fileNameOf } from '../../../lambdas/copying/upload/file-name.ts';

/** Letters that are one byte in ISO-8859-1, which HTTP allows in a header and S3 does not. */
const latin1 = fc
  .array(fc.integer({ min: 0x20, max: 0xff }))
  .map((codes) => String.fromCharCode(...codes));

const ids = { provider: 'gamma', generationId: 'gen-1' };

describe('the name under which a file is saved', () => {
  it.each([
    ['the title', { title: 'Quarterly review' }, 'Quarterly review'],
    ['the title without an extension', { title: 'Review.pptx' }, 'Review'],
    [
      'the title without what file systems refuse',
      { title: '..\\a/b:c*d?"e<f>g|h\u0000\u202Ei\n' },
      'a b c d e f g h i',
    ],
    ['the title up to 80 characters', { title: '😀'.repeat(200) }, '😀'.repeat(80)],
    [
      'the title before the link',
      { title: 'Title', link: 'https://x.example.com/Other-Name.pdf' },
      'Title',
    ],
    [
      'the name in the link',
      {
        link: 'https://x.example.com/export/pdf/1/0123456789abcdef0123456789abcdef/Plan-for-2027.pdf',
      },
      'Plan for 2027',
    ],
    [
      'the name in the link, decoded',
      { link: 'https://x.example.com/%C3%9Cber-uns.pdf' },
      'Über uns',
    ],
    [
      'provider and id, where the link ends in an id',
      { link: 'https://x.example.com/6f0e0d6c-1c2b-4a57-9d3e-aaaaaaaaaaaa.pptx' },
      'gamma-gen-1',
    ],
    [
      'provider and id, where the link ends in a token',
      { link: 'https://x.example.com/get-eyJhbGciOiJIUzI1NiJ9' },
      'gamma-gen-1',
    ],
    [
      'provider and id, where the link is badly encoded',
      { link: 'https://x.example.com/%E0%A4%A-b' },
      'gamma-gen-1',
    ],
    ['provider and id, where the title is empty once cleaned', { title: '///' }, 'gamma-gen-1'],
    ['provider and id', {}, 'gamma-gen-1'],
    [
      'with the variant, where there are several files',
      { title: 'Review', variant: '2' },
      'Review (2)',
    ],
  ])('is %s', (_, signs, name) => {
    expect(fileNameOf({ ...ids, ...signs })).toBe(name);
  });
});

describe('Content-Disposition', () => {
  it('carries the name in ASCII, and in full beside it', () => {
    expect(dispositionOf('Review', 'pdf')).toBe('attachment; filename="Review.pdf"');
    expect(dispositionOf('Über uns', 'pptx')).toBe(
      `attachment; filename="Uber uns.pptx"; filename*=UTF-8''%C3%9Cber%20uns.pptx`,
    );
    expect(dispositionOf('€ 5', 'pdf')).toBe(
      `attachment; filename="_ 5.pdf"; filename*=UTF-8''%E2%82%AC%205.pdf`,
    );
  });

  it.each([
    ['emoji', '😀'.repeat(200)],
    ['Chinese', '季度业绩回顾与展望'.repeat(40)],
    ['a ligature that falls into eighteen letters', '\uFDFA'.repeat(200)],
    ['letters that fall into many', '\u1E9B\u0323'.repeat(200)],
    ['one letter with endless marks', `a${'\u0301'.repeat(2000)}`],
    ['families', '👨‍👩‍👧‍👦'.repeat(100)],
  ])('stays far below what S3 takes, cut where a character ends: %s', (_, title) => {
    const fileName = fileNameOf({ ...ids, title, variant: 'long-version' });
    const header = dispositionOf(fileName, 'pptx');
    expect(Buffer.byteLength(header)).toBeLessThan(1000);
    const [, encoded = ''] = /filename\*=UTF-8''(.*)$/.exec(header) ?? [];
    const name = decodeURIComponent(encoded);
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(240);
    expect(name).toMatch(/ \(long-version\)\.pptx$/);
    expect(header).toMatch(/filename="[^"]* \(long-version\)\.pptx"/);
    const begin = name.replace(' (long-version).pptx', '');
    expect(begin).not.toBe('');
    expect(fileName.startsWith(begin)).toBe(true);
    expect(name).not.toMatch(/\p{Cs}|\uFFFD/u);
  });

  it('cuts no character in two that readers see as one', () => {
    const family = '👨‍👩‍👧‍👦';
    const header = dispositionOf(family.repeat(20), 'pdf');
    const [, encoded = ''] = /filename\*=UTF-8''(.*)$/.exec(header) ?? [];
    expect(decodeURIComponent(encoded).replace('.pdf', '').replaceAll(family, '')).toBe('');
  });

  it('is a safe header for any title', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), latin1), (title) => {
        const header = dispositionOf(fileNameOf({ ...ids, title }), 'pdf');
        expect(header).toMatch(/^attachment; filename=[\x20-\x7e]+$/);
        expect(header.length).toBeLessThan(2048);
      }),
    );
  });
});
