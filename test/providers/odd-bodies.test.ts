import { describe, expect, it } from 'vitest';
import { readText } from '../../lambdas/adapters/response-text.ts';
import type { JsonValue } from '../../lambdas/contract/json.ts';
import { createStartAtProvider } from '../../lambdas/providers/asking/start.ts';
import { providerNamed } from '../../lambdas/providers/registry.ts';
import { acceptances, finished, wrappings } from '../fixtures/forms/bodies.ts';
import { virtualClock } from '../support/virtual-clock.ts';
import { ok } from './translations.ts';

const settings = {
  baseUrl: 'https://api.test/proxy',
  timeoutMinutes: 60,
  firstCheckSeconds: 20,
  checkIntervalSeconds: 5,
};

const prompt = 'A deck about tide pools that nobody else may read';

const startedBy = async (
  provider: string,
  text: string,
  headers: Readonly<Record<string, string>> = {},
  status = 201,
) => {
  const start = createStartAtProvider({
    settings: { [provider]: settings },
    apiKeys: { read: async () => ({ found: true, apiKey: 'key-of-the-test' }) },
    askApi: async () => ({ reached: true, answer: { status, headers, text } }),
    clock: virtualClock(),
  });
  const attempt = { fresh: false, idempotencyKey: 'once-1' };
  return (await start({ provider, credential: 'default' }, { prompt }, attempt)).outcome;
};

const providers = Object.entries(finished);

describe.each(wrappings)('an answer that comes %s', (_, wrap) => {
  it.each(providers)('is understood as a status: %s', (name, body) => {
    const provider = providerNamed(name);
    const plain = provider.readStatus(ok(body));
    const wrapped = provider.readStatus(ok(wrap(body)));
    const { document: __, ...status } = wrapped as { document?: JsonValue };
    expect(plain).toMatchObject({ kind: 'ready', ...status });
  });

  it.each(providers)('keeps no download link in what is stored: %s', (name, body) => {
    expect(JSON.stringify(providerNamed(name).readStatus(ok(wrap(body))))).not.toMatch(
      /"document":.*(?:hush|\/deck)/,
    );
  });

  it.each(Object.entries(acceptances))('names what was started: %s', async (name, [body]) => {
    expect(await startedBy(name, JSON.stringify(wrap(body)))).toMatchObject({
      kind: 'accepted',
      generationId: 'g-1',
    });
  });

  it('holds the link of a file', () => {
    const url = 'https://files.example.com/deck?sig=hush';
    const link = { kind: 'link', url };
    expect(providerNamed('slidespeak').links?.read(ok(wrap({ url })))).toEqual(link);
    expect(
      providerNamed('gamma').links?.read(ok(wrap({ status: 'completed', exportUrl: url }))),
    ).toEqual(link);
  });

  it('names an export that was started', () => {
    expect(providerNamed('gamma').exporting?.readStarted(wrap({ exportId: 'e-1' }))).toBe('e-1');
  });
});

describe('a deck in a wrapper, of which no more is read than lies near the root', () => {
  it.each(wrappings.slice(0, 4))('is ready: %s', async (_, wrap) => {
    const sections = Array.from({ length: 5000 }, (__, index) => ({ text: `slide ${index}` }));
    const deck = { status: 'completed', presentation: { id: 'p-1', sections } };
    const { isEnough, ...chronicle } = providerNamed('chronicle');
    const bytes = Buffer.from(JSON.stringify(wrap(deck)));
    const body = (async function* () {
      yield bytes.subarray(0, 50_000);
      yield bytes.subarray(50_000);
    })();
    const text = await readText(body, { maxBytes: 10_000_000, enough: isEnough });
    expect(text?.length).toBeLessThan(200);
    expect(chronicle.readStatus(ok(JSON.parse(text ?? '')))).toMatchObject({ kind: 'ready' });
  });
});

describe('a body that is not understood', () => {
  it.each<[string, unknown]>([
    ['two of them', { data: [finished['gamma'], finished['gamma']] }],
    ['one under a name of its own', { other: finished['gamma'] }],
    ['one in three wrappers', { data: { data: { data: finished['gamma'] } } }],
    ['an error', { error: finished['gamma'] }],
    ['a text that is cut', { data: '{"status":"comp' }],
    ['nothing', { data: null }],
  ])('is none with %s in it', (_, body) => {
    expect(providerNamed('gamma').readStatus(ok(body))).toMatchObject({ kind: 'unavailable' });
  });

  it('is still a status with an unknown word where what is in it is no status', () => {
    const body = { status: 'archiving', data: { status: 7 } };
    expect(providerNamed('gamma').readStatus(ok(body))).toEqual({
      kind: 'pending',
      said: 'archiving',
      unknownStatus: true,
    });
  });

  it.each([
    [{ success: false, message: 'Token expired' }, 'Token expired'],
    [{ error: { code: 'not_found', message: 'no such job' } }, 'not_found: no such job'],
    [{ detail: 'see https://x.test/secret/deck.pdf' }, 'see https://x.test/…'],
  ])('tells what it says: %j', (body, says) => {
    expect(providerNamed('duomi').readStatus(ok(body))).toMatchObject({
      kind: 'unavailable',
      message: expect.stringMatching(`; it says "${says.replace('…', '.')}"$`) as string,
    });
  });

  it('tells what it says of a start, but not the prompt', async () => {
    const body = { success: false, message: `No credits for "${prompt}"` };
    const outcome = await startedBy('gamma', JSON.stringify(body), {}, 200);
    expect(outcome).toMatchObject({
      kind: 'uncertain',
      message: expect.stringContaining('it says "No credits for') as string,
    });
    expect(JSON.stringify(outcome)).not.toContain('tide pools');
  });
});

describe('a link in place of an id', () => {
  it.each(Object.entries(acceptances))('names what was started: %s', async (name, [, path]) => {
    for (const location of [path, `https://api.test${path}`, `/proxy${path}?x=1`, `${path}/`])
      expect(await startedBy(name, '', { location })).toMatchObject({
        kind: 'accepted',
        generationId: 'g-1',
      });
    const body = { message: 'queued', poll_url: `https://api.test/proxy${path}` };
    expect(await startedBy(name, JSON.stringify(body), {}, 202)).toMatchObject({
      kind: 'accepted',
      generationId: 'g-1',
    });
  });

  it.each(['/v1.0/generations/', '/v1.0/generations/a/b', '/login', 'http://[', '', '/g-1'])(
    'is none that leads elsewhere: %j',
    async (location) => {
      expect(await startedBy('gamma', '', { location })).toMatchObject({ kind: 'uncertain' });
    },
  );

  it('is none within a sentence, such as a prompt that comes back', async () => {
    const body = { input: 'Compare with /v1.0/generations/g-9', note: 'see/v1.0/generations/g-9' };
    expect(await startedBy('gamma', JSON.stringify(body))).toMatchObject({ kind: 'uncertain' });
  });

  it('is not asked where the body has an id', async () => {
    const location = '/v1.0/generations/other';
    expect(
      await startedBy('gamma', JSON.stringify({ generationId: 'g-1' }), { location }),
    ).toMatchObject({ generationId: 'g-1' });
  });
});

describe('a download link in an answer that is an error', () => {
  const link = 'https://assets.example.com/export/pdf/secret-1/Deck.pdf';

  it.each([404, 500, 503, 301])('is not told: %i', (status) => {
    const body = { generationId: 'g-1', status: 'completed', exportUrl: link };
    const told = providerNamed('gamma').readStatus({ status, headers: {}, body });
    expect(told).toMatchObject({
      message: expect.stringContaining('assets.example.com') as string,
    });
    expect(JSON.stringify(told)).not.toContain('secret-1');
  });

  it.each([link, link.replaceAll('/', String.raw`\/`), `Your file: ${link}`, `{"u":"${link}`])(
    'is not told where the answer is no JSON: %j',
    async (text) => {
      const outcome = await startedBy('gamma', text, {}, 403);
      expect(outcome).toMatchObject({ kind: 'uncertain' });
      expect(JSON.stringify(outcome)).not.toContain('secret-1');
    },
  );
});
