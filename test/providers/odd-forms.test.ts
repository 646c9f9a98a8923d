import { describe, expect, it } from 'vitest';
import { providerNamed } from '../../lambdas/providers/registry.ts';
import { changed, fixture, ok } from './translations.ts';

/** A documented answer of each provider whose root holds the one link, and where. */
const done = [
  ['gamma', 'completed-pptx', 'exportUrl'],
  ['duomi', 'completed', 'download_url'],
] as const;

describe.each(done)('%s writes', (provider, name, field) => {
  const answer = fixture(provider, name);
  const deployed = providerNamed(provider);
  const url = String((answer.body as Readonly<Record<string, unknown>>)[field]);

  it.each([` ${url}`, `${url}\r\n`, `\t${url} `, url.replaceAll('/', String.raw`\/`)])(
    'its link with space around it, or with escaped slashes: %j',
    (odd) => {
      expect(deployed.readStatus(changed(answer, { [field]: odd }))).toMatchObject({
        kind: 'ready',
        exports: [{ url }],
      });
    },
  );

  it('a blank in place of its link', () => {
    expect(deployed.readStatus(changed(answer, { [field]: '  ' }))).toMatchObject({
      kind: 'exportPending',
    });
  });
});

describe('an id of what was started', () => {
  it.each([
    ['gamma', 'generationId'],
    ['chronicle', 'generation_id'],
    ['duomi', 'generation_id'],
    ['perceptis', 'job_id'],
  ] as const)('is understood as a number, and with space around it: %s', (provider, field) => {
    const read = providerNamed(provider).starting?.readStarted;
    expect(read?.({ [field]: 4821 })).toMatchObject({ generationId: '4821' });
    expect(read?.({ [field]: ' g-4821\n' })).toMatchObject({ generationId: 'g-4821' });
    for (const none of [1.5, -1, 1e21, 2 ** 53, true, ['g'], {}, '', ' ', '../g'])
      expect(read?.({ [field]: none })).toBe(`field "${field}"`);
  });

  it('may be that of an export', () => {
    expect(providerNamed('gamma').exporting?.readStarted({ exportId: 77 })).toBe('77');
    expect(
      providerNamed('slidespeak').readStatus(
        ok({ task_status: 'SUCCESS', task_result: { request_id: 77 } }),
      ),
    ).toMatchObject({ kind: 'ready', exports: [{ linkId: '77' }] });
  });
});

describe('Perceptis gives no link yet', () => {
  const url = 'https://app.perceptis.ai/downloads/a.pptx?signature=hush';
  const deployed = providerNamed('perceptis');

  it.each([null, '', undefined])('to one of several files: the others are there (%j)', (none) => {
    const downloads = [
      { url, variant: 'a' },
      { url: none, variant: 'b' },
    ];
    expect(deployed.readStatus(ok({ status: 'completed', downloads }))).toMatchObject({
      kind: 'ready',
      partial: true,
      unfinished: true,
      exports: [{ url, variant: 'a' }],
    });
  });

  it('to any file', () => {
    expect(deployed.readStatus(ok({ status: 'completed', downloads: [{}, null] }))).toMatchObject({
      kind: 'exportPending',
    });
  });
});
