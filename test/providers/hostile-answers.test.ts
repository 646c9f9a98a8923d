import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Provider } from '../../lambdas/providers/provider.ts';
import { providers } from '../../lambdas/providers/registry.ts';
import { maxDetailsBytes } from '../../lambdas/providers/translating/details.ts';
import { pathsIn, withChange } from './json-paths.ts';
import { fixturesOf } from './translations.ts';

const stringsIn = (value: unknown): string[] =>
  typeof value === 'string'
    ? [value]
    : typeof value === 'object' && value !== null
      ? Object.values(value).flatMap(stringsIn)
      : [];

const signed = 'https://h.example/hushhushhush?sig=hushhushhush';
const hostile = [
  '2026-02-30T00:00:00Z',
  'https://h.example/a',
  signed,
  'https://[',
  'no link',
  '../..',
  '\uD800',
  '',
];

/**
 * Bodies out of the provider's own fields and words, from documented ones with a change or two to
 * nonsense.
 */
const bodiesFor = ({ name }: Provider) => {
  const documented = fixturesOf(name).flatMap(({ status, body }) =>
    status === 200 ? [body as object] : [],
  );
  const fields = [...new Set(documented.flatMap((body) => pathsIn(body).flat()).map(String))];
  const words = [...new Set(stringsIn(documented))];
  const { object } = fc.letrec((tie) => ({
    value: fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...words, ...hostile) },
      { weight: 1, arbitrary: fc.double() },
      { weight: 1, arbitrary: fc.constantFrom(null, true, 1, 1e308, -1) },
      { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
      { weight: 1, arbitrary: fc.array(tie('object'), { maxLength: 3 }) },
      { weight: 1, arbitrary: tie('object') },
    ),
    object: fc.dictionary(fc.constantFrom(...fields, '__proto__', 'constructor'), tie('value'), {
      maxKeys: 8,
    }),
  }));
  const value = fc.oneof(
    fc.constantFrom(...words, ...hostile, null, true, -1),
    fc.jsonValue(),
    object,
  );
  const changed = fc
    .tuple(fc.constantFrom(...documented), fc.array(fc.tuple(fc.nat(), value), { maxLength: 3 }))
    .map(([body, changes]) =>
      changes.reduce<unknown>((result, [place, replacement]) => {
        const paths = pathsIn(result);
        return paths.length === 0
          ? result
          : withChange(result, paths[place % paths.length] ?? [], replacement);
      }, body),
    );
  return fc.oneof(
    { weight: 1, arbitrary: fc.jsonValue() },
    { weight: 2, arbitrary: object },
    { weight: 4, arbitrary: changed },
  );
};

const status = fc.oneof(
  { weight: 3, arbitrary: fc.constant(200) },
  { weight: 1, arbitrary: fc.integer({ min: -1, max: 700 }) },
);
const headers = fc.dictionary(
  fc.oneof(
    fc.string(),
    fc.constantFrom(
      'x-ratelimit-limit',
      'x-ratelimit-remaining',
      'x-ratelimit-remaining-burst',
      'retry-after',
    ),
  ),
  fc.string(),
);

describe.each(providers.map((provider) => [provider.title, provider] as const))(
  '%s',
  (_, provider) => {
    it('understands or rejects any answer, and never throws', () => {
      const kinds = new Set<string>();
      fc.assert(
        fc.property(status, headers, bodiesFor(provider), (code, names, value) => {
          const answer = { status: code, headers: names, body: value };
          const report = provider.readStatus(answer);
          kinds.add(report.kind);
          const limits = provider.readRateLimits?.(names);
          for (const { limit, remaining } of Object.values(limits ?? {})) {
            expect(Number.isSafeInteger(limit) && Number.isSafeInteger(remaining)).toBe(true);
          }
          if ('message' in report) expect(report.message.length).toBeLessThan(1000);
          if ('details' in report)
            expect(Buffer.byteLength(JSON.stringify(report.details))).toBeLessThanOrEqual(
              maxDetailsBytes,
            );
          const withoutExports = report.kind === 'ready' ? { ...report, exports: [] } : report;
          expect(JSON.stringify(withoutExports)).not.toContain('sig=hush');
          const link = provider.links?.read(answer) ?? { kind: 'noLink', message: '' };
          expect('message' in link ? link.message.length : 0).toBeLessThan(1000);
        }),
        { numRuns: 1500 },
      );
      expect([...kinds]).toEqual(
        expect.arrayContaining(['pending', 'ready', 'failed', 'unavailable']),
      );
    });

    it('survives an answer nested without end', () => {
      const depth = 50_000;
      const deep = JSON.parse(`${'{"error":['.repeat(depth)}1${']}'.repeat(depth)}`) as object;
      for (const { body } of fixturesOf(provider.name)) {
        for (const field of Object.keys(body ?? {})) {
          const report = provider.readStatus({
            status: 200,
            headers: {},
            body: { ...(body as object), [field]: deep },
          });
          expect(JSON.stringify(report).length).toBeLessThan(20_000);
        }
      }
      expect(provider.readStatus({ status: 500, headers: {}, body: deep })).toMatchObject({
        code: 'ProviderUnavailable',
      });
      expect(provider.links?.read({ status: 200, headers: {}, body: deep }).kind).not.toBe('link');
    });
  },
);
