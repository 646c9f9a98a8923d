import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maxDetailsBytes } from '../../lambdas/providers/details.ts';
import { providers } from '../../lambdas/providers/registry.ts';

/** Field names and values that the translations look at, so that random bodies get past the first test. */
const fieldNames = [
  'status', 'exportUrl', 'gammaId', 'gammaUrl', 'credits', 'deducted', 'remaining', 'error', 'message', 'code', 'detail', 'loc',
  'msg', 'progress', 'slides_total', 'slides_completed', 'tokens_used', 'presentation', 'title', 'url', 'download_url', 'file_size',
  'slide_results', 'slide_index', 'completed_at', 'downloads', 'format', 'variant', 'output_type', '__proto__', 'constructor',
];
const words = [
  'pending', 'processing', 'generating', 'awaiting_input', 'completed', 'partial', 'failed', 'pptx', '2026-02-30T00:00:00Z',
  'https://h.example/a', 'https://h.example/hushhushhush?sig=hushhushhush', '\uD800', '',
];

const { body } = fc.letrec((tie) => ({
  body: fc.oneof({ weight: 1, arbitrary: fc.jsonValue() }, { weight: 4, arbitrary: tie('object') }),
  value: fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...words) },
    { weight: 1, arbitrary: fc.double() },
    { weight: 1, arbitrary: fc.constantFrom(null, true, 1, 1e308, -1) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
    { weight: 1, arbitrary: fc.array(tie('object'), { maxLength: 3 }) },
    { weight: 1, arbitrary: tie('object') },
  ),
  object: fc.dictionary(fc.constantFrom(...fieldNames), tie('value'), { maxKeys: 8 }),
}));

const signed = 'https://h.example/hushhushhush?sig=hushhushhush';
const link = fc.constantFrom('https://h.example/a', signed, 'https://[', 'no link', '', null);

/** What decides a status, as documented or not quite, so that every branch is reached. */
const deciding = fc.record({
  status: fc.oneof({ weight: 2, arbitrary: fc.constant('completed') }, { weight: 1, arbitrary: fc.constantFrom(...words) }),
  exportUrl: link,
  download_url: link,
  downloads: fc.oneof(fc.constant(null), fc.array(fc.record({ url: link, variant: fc.jsonValue() }), { maxLength: 3 })),
  presentation: fc.oneof(body, fc.constant(null)),
});
const documented = fc.tuple(body, deciding).map(([random, fields]) => Object.assign({}, random, fields));

const status = fc.oneof({ weight: 3, arbitrary: fc.constant(200) }, { weight: 1, arbitrary: fc.integer({ min: -1, max: 700 }) });
const headers = fc.dictionary(
  fc.oneof(
    fc.string(),
    fc.constantFrom('x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-remaining-burst', 'retry-after'),
  ),
  fc.string(),
);

describe.each(providers.map((provider) => [provider.title, provider] as const))('%s', (_, provider) => {
  it('understands or rejects any answer, and never throws', () => {
    const kinds = new Set<string>();
    fc.assert(
      fc.property(status, headers, fc.oneof(body, documented), (code, names, value) => {
        const answer = { status: code, headers: names, body: value };
        const report = provider.readStatus(answer);
        kinds.add(report.kind);
        const limits = provider.readRateLimits?.(names);
        for (const { limit, remaining } of Object.values(limits ?? {})) {
          expect(Number.isSafeInteger(limit) && Number.isSafeInteger(remaining)).toBe(true);
        }
        if ('message' in report) expect(report.message.length).toBeLessThan(1000);
        if ('details' in report) expect(Buffer.byteLength(JSON.stringify(report.details))).toBeLessThanOrEqual(maxDetailsBytes);
        const withoutExports = report.kind === 'ready' ? { ...report, exports: [] } : report;
        expect(JSON.stringify(withoutExports)).not.toContain('sig=hush');
      }),
      { numRuns: 1500 },
    );
    expect([...kinds]).toEqual(expect.arrayContaining(['pending', 'ready', 'failed', 'unavailable']));
  });

  it('survives an answer nested without end', () => {
    const depth = 50_000;
    const deep = JSON.parse(`${'{"error":['.repeat(depth)}1${']}'.repeat(depth)}`) as object;
    for (const said of ['completed', 'failed', 'pending']) {
      const body = { ...deep, status: said, downloads: [], presentation: deep };
      const report = provider.readStatus({ status: 200, headers: {}, body });
      expect(JSON.stringify(report).length).toBeLessThan(20_000);
    }
    expect(provider.readStatus({ status: 500, headers: {}, body: deep })).toMatchObject({ code: 'ProviderUnavailable' });
  });
});
