import { describe, expect, it } from 'vitest';
import type { ProviderSettings } from '../../../lambdas/contract/environment.ts';
import type { ApiKeys, ApiRequest, AskOutcome } from '../../../lambdas/contract/ports.ts';
import { createAskLink, createAskProvider } from '../../../lambdas/providers/asking/ask.ts';
import { builtIn } from '../../../lambdas/providers/registry.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

const pace = {
  timeoutMinutes: 60,
  firstCheckSeconds: 20,
  checkIntervalSeconds: 5,
};
const settings: Record<string, ProviderSettings> = {
  gamma: { baseUrl: 'https://gamma.test', ...pace },
  chronicle: { baseUrl: 'https://chronicle.test', ...pace },
  slidespeak: { baseUrl: 'https://slides.test/eu', ...pace },
};
const apiKey = 'sk-gamma-of-the-test';
const stored: ApiKeys = { read: async () => ({ found: true, apiKey }) };
const secretServiceDown: ApiKeys = {
  read: async () =>
    Promise.reject(
      Object.assign(new Error('sk-should-not-show'), { name: 'InternalServiceError' }),
    ),
};
const json = (status: number, body: unknown, headers: Record<string, string> = {}): AskOutcome => ({
  reached: true,
  answer: { status, headers, text: JSON.stringify(body) },
});

const ask = async (
  outcome: AskOutcome,
  apiKeys: ApiKeys = stored,
  provider = 'gamma',
  skims = false,
) => {
  const requests: ApiRequest[] = [];
  const askProvider = createAskProvider({
    registry: builtIn,
    settings,
    apiKeys,
    askApi: async (request) => {
      requests.push(request);
      return outcome;
    },
    clock: virtualClock(),
    skims,
  });
  const report = await askProvider(
    { provider, generationId: 'gen-1', credential: 'default' },
    false,
  );
  return { report, requests };
};

const enoughOf = async (provider: string, skims: boolean): Promise<ApiRequest['enough']> =>
  (await ask(json(200, { status: 'pending' }), stored, provider, skims)).requests[0]?.enough;

describe('asking a provider', () => {
  it('sends the status request with the key, and translates the answer', async () => {
    const { report, requests } = await ask(json(200, { generationId: 'gen-1', status: 'pending' }));
    expect(requests).toEqual([
      {
        url: 'https://gamma.test/v1.0/generations/gen-1',
        headers: expect.objectContaining({ 'X-API-KEY': apiKey }) as object,
      },
    ]);
    expect(report).toEqual({ status: { kind: 'pending', said: 'pending' } });
  });

  it('reports what the headers say about pace', async () => {
    const headers = {
      'retry-after': '12',
      'x-ratelimit-limit-burst': '10000',
      'x-ratelimit-remaining-burst': '42',
    };
    const { report } = await ask(json(429, { message: 'slow down', statusCode: 429 }, headers));
    expect(report).toMatchObject({
      status: { kind: 'throttled' },
      retryAfterSeconds: 12,
      rateLimits: { burst: { limit: 10_000, remaining: 42 } },
    });
  });

  it('tells what is enough to read only where it is asked to skim, and only of a provider whose status is the deck', async () => {
    expect(await enoughOf('chronicle', false)).toBeUndefined();
    expect(await enoughOf('gamma', true)).toBeUndefined();
    const enough = await enoughOf('chronicle', true);
    expect([
      enough?.({ status: 'completed' }),
      enough?.({ status: 'generating', presentation: {} }),
      enough?.({ status: 'completed', presentation: null }),
      enough?.({ status: 'completed', presentation: { id: 'p-1' } }),
    ]).toEqual([false, false, false, true]);
  });

  it('never repeats a key that the provider echoes', async () => {
    const { report } = await ask(
      json(401, { message: `Invalid API key ${apiKey}`, statusCode: 401 }),
    );
    expect(report.status).toMatchObject({
      kind: 'refused',
      code: 'Unauthorized',
      message: expect.stringContaining('[API key]') as string,
    });
    expect(JSON.stringify(report)).not.toContain(apiKey);
  });

  it('is refused without a request where there is no key', async () => {
    const { report, requests } = await ask(json(200, {}), {
      read: async () => ({ found: false, message: 'store it' }),
    });
    expect(requests).toEqual([]);
    expect(report).toEqual({
      status: { kind: 'refused', code: 'CredentialMissing', message: 'store it' },
    });
  });

  it('finds the provider unavailable where the secret service is down', async () => {
    const { report } = await ask(json(200, {}), secretServiceDown);
    expect(report).toEqual({
      status: {
        kind: 'unavailable',
        code: 'ProviderUnavailable',
        message: 'the API key "gamma/default" could not be read: InternalServiceError',
      },
    });
  });

  it.each<[string, AskOutcome, object]>([
    [
      'no connection',
      { reached: false, reason: 'connection refused' },
      { code: 'ProviderUnavailable', message: 'Gamma could not be reached: connection refused' },
    ],
    [
      'a body that broke off',
      { reached: true, answer: { status: 200, headers: {}, text: undefined } },
      { code: 'UnexpectedResponse' },
    ],
    [
      'a page instead of JSON',
      { reached: true, answer: { status: 200, headers: {}, text: '<html>' } },
      {
        code: 'UnexpectedResponse',
        message: 'Gamma answered 200 with no JSON, but an HTML page',
      },
    ],
    [
      'truncated JSON',
      { reached: true, answer: { status: 200, headers: {}, text: '{"status":' } },
      { code: 'UnexpectedResponse' },
    ],
    [
      "a proxy's page with 502",
      { reached: true, answer: { status: 502, headers: {}, text: '<html>' } },
      { code: 'ProviderUnavailable' },
    ],
  ])('finds it unavailable on %s', async (_, outcome, expected) => {
    expect((await ask(outcome)).report.status).toMatchObject({ kind: 'unavailable', ...expected });
  });

  it('believes the HTTP status of an error whose body is no JSON', async () => {
    const page: AskOutcome = {
      reached: true,
      answer: { status: 429, headers: { 'retry-after': '5' }, text: '<html>' },
    };
    expect((await ask(page)).report).toMatchObject({
      status: { kind: 'throttled' },
      retryAfterSeconds: 5,
    });
  });

  it('refuses to ask a provider that is not deployed', async () => {
    await expect(ask(json(200, {}), stored, 'duomi')).rejects.toThrow(
      "provider 'duomi' is not deployed with this function",
    );
  });
});

const askLink = async (outcome: AskOutcome, { linkId = 'req-1', provider = 'slidespeak' } = {}) => {
  const requests: ApiRequest[] = [];
  const askApi = async (request: ApiRequest): Promise<AskOutcome> => {
    requests.push(request);
    return outcome;
  };
  const ask = createAskLink({
    registry: builtIn,
    settings,
    apiKeys: stored,
    askApi,
    clock: virtualClock(),
  });
  return { report: await ask({ provider, credential: 'default' }, linkId, false), requests };
};

const redirected = (status: number, location: string): AskOutcome => ({
  reached: true,
  answer: { status, headers: { location }, text: '' },
});
describe('asking a provider for a link', () => {
  it('sends the request for the link with the key, and translates the answer', async () => {
    const { report, requests } = await askLink(
      json(200, { url: 'https://files.test/deck.pptx?sig=1' }),
    );
    expect(requests).toEqual([
      {
        url: 'https://slides.test/eu/api/v2/presentation/download/req-1',
        headers: { 'X-API-Key': apiKey },
      },
    ]);
    expect(report).toEqual({ status: { kind: 'link', url: 'https://files.test/deck.pptx?sig=1' } });
  });

  it.each<[string, AskOutcome, object]>([
    [
      'too many requests',
      json(429, {}, { 'retry-after': '7' }),
      { status: { kind: 'throttled' }, retryAfterSeconds: 7 },
    ],
    [
      'no connection',
      { reached: false, reason: 'connection refused' },
      { status: { kind: 'unavailable', code: 'ProviderUnavailable' } },
    ],
    [
      'a page instead of JSON',
      { reached: true, answer: { status: 200, headers: {}, text: '<html>' } },
      { status: { kind: 'unavailable', code: 'UnexpectedResponse' } },
    ],
    ['no link', json(200, { url: null }), { status: { kind: 'noLink' } }],
  ])('tells %s', async (_, outcome, expected) => {
    expect((await askLink(outcome)).report).toMatchObject(expected);
  });

  const elsewhere = 'https://files.example.com/deck.pptx?sig=1';

  it.each([
    [302, 'slidespeak'],
    [303, 'slidespeak'],
    [307, 'gamma'],
  ] as const)('takes a redirect to another host for the link: %i of %s', async (code, provider) => {
    const { report } = await askLink(redirected(code, elsewhere), { provider });
    expect(report).toEqual({ status: { kind: 'link', url: elsewhere } });
  });

  it.each([
    [302, 'https://slides.test/login'],
    [302, '/files/deck.pptx'],
    [302, 's3://decks/deck.pptx'],
    [301, elsewhere],
    [201, elsewhere],
  ])('takes no other redirect for one: %i to %s', async (code, location) => {
    const { report } = await askLink(redirected(code, location));
    expect(report.status.kind).toBe('unavailable');
    expect(JSON.stringify(report)).not.toContain(location);
  });

  it("sends the key to no other place than the provider's own, whatever it is asked with", async () => {
    const { requests } = await askLink(json(200, {}), { linkId: 'https://evil.test/?' });
    expect(requests.map(({ url }) => url)).toEqual([
      'https://slides.test/eu/api/v2/presentation/download/https%3A%2F%2Fevil.test%2F%3F',
    ]);
    await expect(askLink(json(200, {}), { linkId: '..' })).resolves.toMatchObject({
      requests: [{ url: expect.stringContaining('https://slides.test/eu/') as string }],
    });
  });

  it('refuses to ask a provider that makes no links on request', async () => {
    await expect(askLink(json(200, {}), { provider: 'chronicle' })).rejects.toThrow(
      'Chronicle names a link to ask for, but no address to ask at',
    );
  });
});
