import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../lambdas/contract/json.ts';
import { createAskProvider } from '../../../lambdas/providers/asking/ask.ts';
import { createPostToProvider } from '../../../lambdas/providers/asking/post.ts';
import { createStartAtProvider } from '../../../lambdas/providers/asking/start.ts';
import type { PostReport, StartOutcome } from '../../../lambdas/providers/post-outcome.ts';
import { builtIn, providerNamed } from '../../../lambdas/providers/registry.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

const apiKey = 'sk-gamma-ab/CD-0123456789';
const request = { inputText: 'Numbers of Project Umbra', textMode: 'generate' };

const settings = {
  baseUrl: 'https://api.test',
  timeoutMinutes: 60,
  firstCheckSeconds: 20,
  checkIntervalSeconds: 5,
};

const optionsWith = (status: number, text: string) => ({
  settings: { gamma: settings, chronicle: settings, perceptis: settings },
  apiKeys: { read: async () => ({ found: true as const, apiKey }) },
  askApi: async () => ({ reached: true as const, answer: { status, headers: {}, text } }),
  clock: virtualClock(),
});

const start = async (status: number, body: unknown): Promise<PostReport<StartOutcome>> =>
  createStartAtProvider(optionsWith(status, JSON.stringify(body)))(
    { provider: 'gamma', credential: 'default' },
    request,
    { fresh: false, idempotencyKey: 'once-1' },
  );

const post = async (status: number, body: unknown, posted: JsonObject) => {
  const provider = providerNamed('chronicle');
  const { reply } = provider;
  if (reply === undefined) throw new Error('Chronicle takes no replies');
  return createPostToProvider(optionsWith(status, JSON.stringify(body)))({
    provider,
    credential: 'default',
    fresh: false,
    request: ({ baseUrl }) => ({ url: `${baseUrl}/message`, headers: {}, post: posted }),
    errors: reply.errors,
  });
};

describe('what a provider sends back', () => {
  it.each([
    { message: `cannot use "${request.inputText}"`, statusCode: 422 },
    { message: [`inputText ${request.inputText.toUpperCase()} is too long`], statusCode: 400 },
    { message: 'bad', statusCode: 400, errors: { inputText: [request.inputText] } },
    { error: { message: encodeURIComponent(request.inputText), statusCode: 422 } },
    { detail: [{ loc: ['body', 'inputText'], msg: 'bad', input: request.inputText }] },
    [request.inputText],
    request.inputText,
  ])('of a refused start is told without the prompt: %j', async (body) => {
    const told = JSON.stringify(await start(422, body));
    expect(told).toContain('Gamma answered 422');
    expect(told).not.toMatch(/umbra/i);
  });

  it('of an accepted start is told without the prompt, but with the id as it is', async () => {
    const body = { generationId: 'Umbra', warnings: 'Umbra was cut' };
    expect((await start(200, body)).outcome).toEqual({
      kind: 'accepted',
      generationId: 'Umbra',
      details: { warnings: '[…] was cut' },
    });
  });

  it('of a reply is told without its content', async () => {
    const body = {
      error: { code: 'BAD_REQUEST', message: 'content "For Umbra&#39;s board" is no answer' },
    };
    const { outcome } = await post(400, body, { content: "For Umbra's board" });
    expect(outcome).toEqual({
      kind: 'refused',
      code: 'InvalidRequest',
      message: expect.stringMatching(
        /^Chronicle answered 400 "BAD_REQUEST: content "\[…\]" is no answer"/,
      ) as string,
    });
  });

  it.each([
    ['as it is', apiKey],
    ['in another case', apiKey.toUpperCase()],
    ['in Basic authorization', Buffer.from(`user:${apiKey}`).toString('base64')],
    ['escaped for a URL', encodeURIComponent(apiKey)],
  ])('is told without the API key, wherever it stands %s', async (_, echoed) => {
    const ask = createAskProvider({
      ...optionsWith(
        200,
        JSON.stringify({
          generationId: 'gen-1',
          status: 'failed',
          error: { message: 'refused', statusCode: 422, echo: { [echoed]: echoed } },
          gammaUrl: `https://gamma.app/${echoed}`,
        })
          .replaceAll('/', String.raw`\/`)
          .replaceAll('-', String.raw`\u002d`),
      ),
      registry: builtIn,
    });
    const report = await ask(
      { provider: 'gamma', generationId: 'gen-1', credential: 'default' },
      false,
    );
    expect(report.status.kind).toBe('failed');
    expect(JSON.stringify(report)).not.toContain(echoed.slice(0, 20));
  });

  it('is archived without the API key', async () => {
    const document = {
      status: 'completed',
      presentation: { id: 'p1', sections: [{ text: apiKey }] },
    };
    const text = JSON.stringify(document).replaceAll('/', String.raw`\/`);
    const ask = createAskProvider({ ...optionsWith(200, text), registry: builtIn });
    const { status } = await ask(
      { provider: 'chronicle', generationId: 'g', credential: 'default' },
      false,
    );
    expect(JSON.stringify(status)).toContain('[API key]');
    expect(JSON.stringify(status)).not.toContain('0123456789');
  });

  it('in a page is told without the API key and the prompt', async () => {
    const title = `Blocked: ${request.inputText} with ${apiKey}`;
    const { outcome } = await createStartAtProvider(
      optionsWith(403, `<html><title>${title}</title></html>`),
    )({ provider: 'gamma', credential: 'default' }, request, { fresh: false, idempotencyKey: 'x' });
    expect(outcome.kind).toBe('uncertain');
    expect(JSON.stringify(outcome)).toContain('an HTML page');
    expect(JSON.stringify(outcome)).not.toMatch(/umbra|0123456789/i);
  });
});
