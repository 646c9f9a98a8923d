import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { problemText, providerText } from '../../../lambdas/providers/translating/text.ts';

describe("a provider's text", () => {
  it('comes on one line, without control characters and marks of direction', () => {
    expect(
      providerText(' one\r\n\ttwo\u0000\u001B[31m\u202Ethree\u2069\uFEFF\u2028four \uD800 '),
    ).toBe('one two [31m three four');
  });

  it('keeps the joiners that emoji and scripts need', () => {
    expect(providerText('👩‍💻 می‌خواهم')).toBe('👩‍💻 می‌خواهم');
  });

  it('is cut at 500 units unless told otherwise', () => {
    expect(providerText('a'.repeat(500))).toBe('a'.repeat(500));
    expect(providerText('a'.repeat(501))).toBe(`${'a'.repeat(499)}…`);
    expect(providerText('abcdef', 4)).toBe('abc…');
  });

  it('is never cut through a character', () => {
    expect(providerText('ab😀cd', 4)).toBe('ab…');
    expect(providerText('ab😀cd', 5)).toBe('ab😀…');
  });

  it('is cut after its links are reduced, so that no part of a signature is left', () => {
    expect(providerText('https://h.example/a?sig=hush', 26)).toBe('https://h.example/a');
  });

  it('is bounded and printable whatever came', () => {
    const tricky = fc.constantFrom('\n', '\u202E', '\uD83D', '\uDE00', 'a', ' ', '\u0085');
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: tricky }));
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 40 }), (value, max) => {
        const cleaned = providerText(value, max);
        expect(cleaned.length).toBeLessThanOrEqual(max);
        expect(cleaned).not.toMatch(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]/u);
        expect(cleaned).toBe(cleaned.trim());
      }),
      { numRuns: 2000 },
    );
  });
});

describe('the text of a problem', () => {
  it.each([
    ['plain', 'plain'],
    [{ message: 'no credits', statusCode: 403 }, 'no credits'],
    [{ statusCode: 404, message: 'no such id', error: 'Not Found' }, 'no such id'],
    [{ message: ['a is wrong', 'b is wrong'] }, 'a is wrong; b is wrong'],
    [{ error: { code: 'NOT_FOUND', message: 'no such id', status: 404 } }, 'NOT_FOUND: no such id'],
    [{ error: { code: 17, message: 'no' } }, '17: no'],
    [{ error: 'Generation timed out' }, 'Generation timed out'],
    [{ detail: 'No such generation' }, 'No such generation'],
    [
      {
        detail: [
          { loc: ['body', 'slides', 0], msg: 'is required', type: 'missing' },
          { loc: [], msg: 'more' },
        ],
      },
      'body.slides.0: is required; more',
    ],
    [{ code: 'ONLY_A_CODE' }, 'ONLY_A_CODE'],
    [
      { reason: 'other', url: 'https://h.example/a?sig=hush' },
      '{"reason":"other","url":"https://h.example/…"}',
    ],
    [[1, 2, 3, 4, 5, 6, 7], '1; 2; 3; 4; 5'],
    [
      { error: { error: { error: { error: { error: 'deep' } } } } },
      '{"error":{"error":{"error":{"error":{"error":"deep"}}}}}',
    ],
  ])('is read from %j', (value, expected) => {
    expect(problemText(value)).toBe(expected);
  });

  it.each([undefined, null, '', ' \n', {}, [], true])('is nothing for %j', (value) => {
    expect(problemText(value)).toBeUndefined();
  });

  it('is bounded for an error nested without end', () => {
    const depth = 50_000;
    expect(
      problemText(JSON.parse(`${'{"error":'.repeat(depth)}1${'}'.repeat(depth)}`))?.length,
    ).toBeLessThanOrEqual(500);
  });
});
