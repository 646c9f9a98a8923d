import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../lambdas/contract/json.ts';
import { createStartAtProvider } from '../../../lambdas/providers/asking/start.ts';
import { providerNamed } from '../../../lambdas/providers/registry.ts';
import type { StartEndpoint } from '../../../lambdas/providers/start-endpoint.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

const fixture = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../fixtures/starts/${name}.json`, import.meta.url), 'utf8'));

const right = Object.entries(fixture('requests') as Record<string, JsonObject>);
const wrong = fixture('wrong') as {
  name: string;
  provider: string;
  request: JsonObject;
  field: string;
}[];

const settings = {
  baseUrl: 'https://api.test',
  timeoutMinutes: 60,
  firstCheckSeconds: 20,
  checkIntervalSeconds: 5,
};

const startingOf = (provider: string): StartEndpoint => {
  const { starting } = providerNamed(provider);
  if (starting === undefined) throw new Error(`${provider} starts nothing`);
  return starting;
};

const requestOf = (provider: string, request: JsonObject) =>
  startingOf(provider).startRequest({
    baseUrl: 'https://api.test',
    apiKey: 'key-of-the-test',
    request,
    idempotencyKey: 'once-1',
  });

describe('a create request', () => {
  it.each(right)(
    'is accepted in the documented shape, with fields that nobody documents: %s',
    (provider, request) => {
      const unknown = { ...request, added_tomorrow: { deep: true } };
      expect(startingOf(provider).schemaOf(unknown).safeParse(unknown).success).toBe(true);
      expect(requestOf(provider, unknown).post).toMatchObject(unknown);
    },
  );

  it.each(wrong)(
    'is refused by its field before anything is sent: $provider, $name',
    ({ provider, request, field }) => {
      const issues = startingOf(provider).schemaOf(request).safeParse(request).error?.issues ?? [];
      expect(issues.map(({ path }) => path.map(String).join('.'))).toContain(field);
    },
  );

  it.each([
    ['gamma', { inputText: 'x' }, '/v1.0/generations'],
    ['gamma', { gammaId: 'g_1', prompt: 'x' }, '/v1.0/generations/from-template'],
    ['chronicle', { prompt: 'x' }, '/api/v1/presentations/generate'],
    ['duomi', { template_slide_id: 's', slide_data: {} }, '/api/v1/presentations/generate'],
    [
      'duomi',
      { slides: [{ template_slide_id: 's', slide_data: {} }] },
      '/api/v1/presentations/generate-deck',
    ],
    ['perceptis', { prompt: 'x', output_type: 'deck' }, '/api/v1/generate'],
  ])('goes where its fields say: %s %j', (provider, request, path) => {
    expect(requestOf(provider, request).url).toBe(`https://api.test${path}`);
  });

  it('asks Chronicle not to ask, unless it says otherwise', () => {
    expect(requestOf('chronicle', { prompt: 'x' }).post).toEqual({
      non_interactive: true,
      prompt: 'x',
    });
    expect(requestOf('chronicle', { prompt: 'x', non_interactive: false }).post).toEqual({
      non_interactive: false,
      prompt: 'x',
    });
  });

  it('carries a key by which a repetition is known to Perceptis alone', () => {
    for (const [provider, request] of right) {
      expect(Object.values(requestOf(provider, request).headers).includes('once-1'), provider).toBe(
        provider === 'perceptis',
      );
    }
  });
});

describe('a create request from a sentence', () => {
  it.each([
    ['gamma', {}, { inputText: 'Bread', textMode: 'generate' }],
    [
      'gamma',
      { exportAs: 'pdf', interactive: true },
      { inputText: 'Bread', textMode: 'generate', exportAs: 'pdf' },
    ],
    ['chronicle', {}, { prompt: 'Bread', non_interactive: true }],
    [
      'chronicle',
      { interactive: true, exportAs: 'pdf' },
      { prompt: 'Bread', non_interactive: false },
    ],
    ['perceptis', { exportAs: 'pptx' }, { prompt: 'Bread', output_type: 'deck' }],
  ] as const)('is the smallest that is documented: %s %j', (provider, wishes, request) => {
    const made = startingOf(provider).fromPrompt?.('Bread', wishes) ?? {};
    expect(made).toEqual(request);
    expect(startingOf(provider).schemaOf(made).safeParse(made).success).toBe(true);
  });

  it('is not to be had of Duomi, which wants a template and its data', () => {
    expect(startingOf('duomi').fromPrompt).toBeUndefined();
  });
});

const answerTo = async (provider: 'gamma' | 'perceptis', status: number, body: unknown) => {
  const start = createStartAtProvider({
    settings: { [provider]: settings },
    apiKeys: { read: async () => ({ found: true, apiKey: 'key-of-the-test' }) },
    askApi: async () => ({
      reached: true,
      answer: { status, headers: {}, text: JSON.stringify(body) ?? '' },
    }),
    clock: virtualClock(),
  });
  const attempt = { fresh: false, idempotencyKey: 'once-1' };
  const request = { prompt: 'Bread' };
  return (await start({ provider, credential: 'default' }, request, attempt)).outcome;
};

const said = (statusCode: number, message = 'said') => ({ message, statusCode });

describe('the answer to a create request', () => {
  it.each([
    [201, { generationId: 'g1' }, { kind: 'accepted', generationId: 'g1', details: {} }],
    [
      200,
      { generationId: 'g1', warnings: 'numCards was lowered' },
      { kind: 'accepted', generationId: 'g1', details: { warnings: 'numCards was lowered' } },
    ],
    [200, { generationId: '../g1' }, { kind: 'uncertain' }],
    [200, undefined, { kind: 'uncertain' }],
    [301, {}, { kind: 'uncertain', message: expect.stringContaining('baseUrl') as string }],
    [302, {}, { kind: 'uncertain' }],
    [303, {}, { kind: 'uncertain' }],
    [307, {}, { kind: 'refused', code: 'InvalidRequest' }],
    [308, {}, { kind: 'refused', code: 'InvalidRequest' }],
    [400, said(400, 'the theme is not known'), { kind: 'refused', code: 'InvalidRequest' }],
    [401, said(401), { kind: 'refused', code: 'Unauthorized' }],
    [402, said(402), { kind: 'refused', code: 'InsufficientCredits' }],
    [
      403,
      { message: 'Insufficient credits remaining' },
      { kind: 'refused', code: 'InsufficientCredits' },
    ],
    [403, said(403, 'Forbidden'), { kind: 'refused', code: 'Unauthorized' }],
    [404, said(404), { kind: 'refused', code: 'InvalidRequest' }],
    [408, {}, { kind: 'uncertain' }],
    [413, {}, { kind: 'refused', code: 'InvalidRequest' }],
    [422, said(422), { kind: 'refused', code: 'InvalidRequest' }],
    [429, {}, { kind: 'throttled' }],
    [499, {}, { kind: 'uncertain' }],
    [500, {}, { kind: 'uncertain' }],
    [503, {}, { kind: 'uncertain' }],
  ])('of Gamma with %i and %j tells what is known of its fate', async (status, body, outcome) => {
    expect(await answerTo('gamma', status, body)).toMatchObject(outcome);
  });

  it.each([400, 401, 402, 403, 404, 409, 422])(
    'of something between with %i is not known, and tells what came and what to do',
    async (status) => {
      const outcome = await answerTo('gamma', status, { message: 'Forbidden' });
      expect(outcome).toMatchObject({
        kind: 'uncertain',
        message: expect.stringContaining('check the baseUrl') as string,
      });
    },
  );

  it('of Perceptis with 403 is about the plan', async () => {
    const body = { error: { code: 'forbidden', message: 'no plan' } };
    expect(await answerTo('perceptis', 403, body)).toMatchObject({
      kind: 'refused',
      code: 'PlanNotEligible',
    });
  });
});
