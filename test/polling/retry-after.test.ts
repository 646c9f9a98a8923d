import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRetryAfter } from '../../lambdas/polling/retry-after.ts';
import cases from '../fixtures/polling/retry-after.json' with { type: 'json' };

const now = Date.parse('2026-11-20T10:00:00.000Z');

describe('Retry-After', () => {
  it.each(cases)('"$value" means $seconds seconds', ({ value, seconds }) => {
    expect(parseRetryAfter(value, now)).toBe(seconds ?? undefined);
  });

  it("is counted from the answer's own date, where its clock is wrong", () => {
    const value = 'Sat, 21 Nov 2026 10:00:30 GMT';
    expect(parseRetryAfter(value, now, 'Sat, 21 Nov 2026 10:00:00 GMT')).toBe(30);
    expect(parseRetryAfter(value, now, 'no date')).toBe(86_400);
    expect(parseRetryAfter('30', now, 'Sat, 21 Nov 2026 10:00:00 GMT')).toBe(30);
  });

  it('is counted from now, where the date of the answer is one that a cache has kept', () => {
    const value = 'Fri, 20 Nov 2026 10:00:30 GMT';
    expect(parseRetryAfter(value, now, 'Mon, 16 Nov 2026 10:00:00 GMT')).toBe(30);
  });

  it.each(['30s', '30 sec', '30 seconds', '30 Second'])('may name its unit: %s', (value) => {
    expect(parseRetryAfter(value, now)).toBe(30);
  });

  it('is absent where there is no header', () => {
    expect(parseRetryAfter(undefined, now)).toBeUndefined();
  });

  it('is never negative, fractional or longer than a day, whatever the header says', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.double().map(String),
          fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
        ),
        (value) => {
          const seconds = parseRetryAfter(value, now);
          if (seconds === undefined) return;
          expect(Number.isInteger(seconds)).toBe(true);
          expect(seconds).toBeGreaterThanOrEqual(0);
          expect(seconds).toBeLessThanOrEqual(86_400);
        },
      ),
    );
  });
});
