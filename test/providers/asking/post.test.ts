import { describe, expect, it } from 'vitest';
import type { AskOutcome } from '../../../lambdas/contract/ports.ts';
import { createPostToProvider } from '../../../lambdas/providers/asking/post.ts';
import { createStartAtProvider } from '../../../lambdas/providers/asking/start.ts';
import { providerNamed } from '../../../lambdas/providers/registry.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

const settings = {
  chronicle: {
    baseUrl: 'https://chronicle.test',
    timeoutMinutes: 60,
    firstCheckSeconds: 20,
    checkIntervalSeconds: 5,
  },
};

const key = { found: true as const, apiKey: 'chr_0123456789' };

const post = async (
  outcome: AskOutcome,
  read: () => Promise<typeof key | { found: false; message: string }> = async () => key,
) => {
  let sent = 0;
  const send = createPostToProvider({
    settings,
    apiKeys: { read },
    askApi: async () => {
      sent += 1;
      return outcome;
    },
    clock: virtualClock(),
  });
  const result = await send({
    provider: providerNamed('chronicle'),
    credential: 'default',
    fresh: false,
    request: ({ baseUrl, apiKey }) => ({
      url: `${baseUrl}/create`,
      headers: { key: apiKey },
      post: {},
    }),
    errors: { title: 'Chronicle', notFoundAdvice: 'check the id', refusal: () => undefined },
  });
  return { result: result.outcome, report: result, sent };
};

const answered = (status: number, text = '{"message":"said"}', headers = {}): AskOutcome => ({
  reached: true,
  answer: { status, headers, text },
});

describe('the fate of a post', () => {
  it.each([200, 201, 202])('is acceptance where the answer is %i', async (status) => {
    expect((await post(answered(status, '{"id":"x"}'))).result).toMatchObject({
      kind: 'accepted',
      answer: { status, body: { id: 'x' } },
    });
  });

  it('is acceptance without a body where the body cannot be read', async () => {
    expect((await post(answered(200, '<html>'))).result).toMatchObject({
      kind: 'accepted',
      answer: { body: undefined },
    });
  });

  it.each([307, 308, 400, 401, 404, 405, 409, 413, 415, 422])(
    'is a refusal where the answer is %i',
    async (status) => {
      expect((await post(answered(status))).result.kind).toBe('refused');
    },
  );

  it.each([300, 301, 302, 303, 304, 305, 399, 408, 418, 499, 500, 502, 503, 504, 600])(
    'is not known where the answer is %i',
    async (status) => {
      expect((await post(answered(status))).result.kind).toBe('uncertain');
    },
  );

  it('is the same for whatever is posted, of every status that there is', async () => {
    const text = '{"generation_id":"gen-1","error":{"code":"WORD","message":"said"}}';
    for (let status = 200; status <= 599; status += 1) {
      const start = createStartAtProvider({
        settings,
        apiKeys: { read: async () => key },
        askApi: async () => answered(status, text),
        clock: virtualClock(),
      });
      const generation = { provider: 'chronicle', credential: 'default' };
      const attempt = { fresh: false, idempotencyKey: 'once-1' };
      const started = (await start(generation, { prompt: 'Bread' }, attempt)).outcome.kind;
      expect(started, String(status)).toBe((await post(answered(status, text))).result.kind);
    }
  });

  it.each([301, 302, 303, 307, 308])('tells what to do about the redirect %i', async (status) => {
    expect(JSON.stringify((await post(answered(status))).result)).toContain('baseUrl');
  });

  it('can be another try where the answer is 429, after the pause that it names', async () => {
    expect((await post(answered(429, '{}', { 'retry-after': '7' }))).report).toMatchObject({
      outcome: { kind: 'throttled' },
      retryAfterSeconds: 7,
    });
  });

  it('can be another try where nothing was sent, and is not known where the connection broke later', async () => {
    expect(
      (await post({ reached: false, reason: 'connection refused', unsent: true })).result.kind,
    ).toBe('unreached');
    expect((await post({ reached: false, reason: 'connection reset' })).result.kind).toBe(
      'uncertain',
    );
  });

  it('is a refusal where there is no key, and nothing is sent', async () => {
    const { result, sent } = await post(answered(200), async () => ({
      found: false,
      message: 'there is no secret',
    }));
    expect({ result, sent }).toEqual({
      result: {
        kind: 'refused',
        code: 'CredentialMissing',
        message: 'there is no secret',
      },
      sent: 0,
    });
  });

  it('can be another try where the key cannot be read now', async () => {
    const { result, sent } = await post(answered(200), async () =>
      Promise.reject(new Error('ThrottlingException')),
    );
    expect([result.kind, sent]).toEqual(['unreached', 0]);
  });

  it('never tells the key, even where the provider echoes it', async () => {
    expect(
      JSON.stringify((await post(answered(400, '{"message":"bad key chr_0123456789"}'))).result),
    ).not.toContain('chr_0123456789');
  });
});
