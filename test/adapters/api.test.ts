import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAskApi, type AskApiOptions } from '../../lambdas/adapters/api.ts';
import { isPublicAddress } from '../../lambdas/adapters/link-rules.ts';
import type { JsonObject } from '../../lambdas/contract/json.ts';
import type { ApiRequest, AskOutcome } from '../../lambdas/contract/ports.ts';
import { redirect, startFileServer, status, type FileServer } from '../support/file-server.ts';

let server: FileServer;
beforeAll(async () => {
  server = await startFileServer();
});
afterAll(async () => server.close());

const ask = async (
  url: string,
  options: Partial<AskApiOptions> = {},
  enough?: ApiRequest['enough'],
): Promise<AskOutcome> =>
  createAskApi({ allowInsecureSources: true, isPublicAddress, ...options })({
    url,
    headers: { 'X-API-KEY': 'sk-secret' },
    ...(enough === undefined ? {} : { enough }),
  });

const hasPresentation = ({ presentation }: JsonObject): boolean => presentation !== undefined;

describe('asking an API', () => {
  it('sends the key, asks for uncompressed JSON, and gives the answer as it is', async () => {
    const url = server.script(
      '/status',
      status(404, { 'X-RateLimit-Remaining': '7' }, '{"message":"nicht gefunden: \u00fc"}'),
    );
    expect(await ask(url)).toEqual({
      reached: true,
      answer: {
        status: 404,
        headers: expect.objectContaining({ 'x-ratelimit-remaining': '7' }) as object,
        text: '{"message":"nicht gefunden: ü"}',
      },
    });
    expect(server.seen.at(-1)?.headers).toMatchObject({
      'x-api-key': 'sk-secret',
      accept: 'application/json',
      'accept-encoding': 'identity',
    });
  });

  it('joins a header that comes twice', async () => {
    const url = server.script('/twice', (_, response) => {
      response.setHeader('x-note', ['a', 'b']);
      response.end('{}');
    });
    expect(await ask(url)).toMatchObject({ answer: { headers: { 'x-note': 'a, b' } } });
  });

  it('follows no redirect, so that the key stays where it belongs', async () => {
    server.script('/elsewhere', status(200));
    const outcome = await ask(server.script('/moved', redirect('/elsewhere')));
    expect(outcome).toMatchObject({ reached: true, answer: { status: 302 } });
    expect(server.seen.some(({ path }) => path === '/elsewhere')).toBe(false);
  });

  it('reads a body up to its limit and no further', async () => {
    const url = server.script('/long', status(200, {}, 'x'.repeat(1001)));
    expect(await ask(url, { maxBytes: 1000 })).toMatchObject({
      reached: true,
      answer: { status: 200, text: undefined },
    });
    expect(await ask(url, { maxBytes: 1001 })).toMatchObject({
      answer: { text: 'x'.repeat(1001) },
    });
  });

  it('reads of a long deck no more than is enough, whatever follows', async () => {
    const url = server.script('/deck', (_, response) => {
      response.writeHead(200);
      response.write(
        `{"status":"completed","presentation":{"id":"p-1","sections":[${'{"text":"Gezeitentümpel"},'.repeat(20_000)}`,
      );
    });
    const outcome = await ask(url, {}, hasPresentation);
    expect(outcome).toMatchObject({
      answer: { text: '{"status":"completed","presentation":{"id":"p-1"}}' },
    });
  });

  it('reads a long deck to its end where it is never enough, and keeps what lies near its root', async () => {
    const sections = Array.from({ length: 5000 }, (_, index) => ({
      title: `Gezeitentümpel ${index}`,
      blocks: [{ text: 'x'.repeat(50) }],
    }));
    const url = server.script(
      '/whole-deck',
      status(
        200,
        {},
        JSON.stringify({ presentation: { sections, title: 'Watt' }, status: 'completed' }),
      ),
    );
    expect(await ask(url, {}, () => false)).toMatchObject({
      answer: { text: '{"presentation":{"title":"Watt"},"status":"completed"}' },
    });
  });

  it('holds a short answer as it is, whatever would be enough', async () => {
    const text = '{"status":"failed","error":{"detail":{"reason":"no credits"}}}';
    expect(await ask(server.script('/short', status(200, {}, text)), {}, () => true)).toMatchObject(
      { answer: { text } },
    );
  });

  it('gives no text of a long answer to be skimmed that is no JSON', async () => {
    const url = server.script('/page', status(200, {}, `<html>${'x'.repeat(100_000)}`));
    expect(await ask(url, {}, () => true)).toMatchObject({
      answer: { status: 200, text: undefined },
    });
  });

  it.each(['{},', '[],', '[[],{"a":[]}],'])(
    'gives no text of a long one that fills memory once it is parsed: %s',
    async (part) => {
      const values = part.repeat(9_000_000 / part.length);
      const url = server.script('/values', status(200, {}, `{"x":[${values}{}]}`));
      expect(await ask(url)).toMatchObject({ reached: true, answer: { text: undefined } });
      const skimmed = await ask(url, {}, () => false);
      expect(skimmed).toMatchObject({ answer: { text: '{"x":{}}' } });
    },
  );

  it('gives the whole text of a long deck in small parts', async () => {
    const section =
      '{"id":"sec_1","title":"Tides","blocks":[{"type":"text","style":{"bold":true}}]},';
    const text = `{"x":[${section.repeat(9_000_000 / section.length)}{}]}`;
    const outcome = await ask(server.script('/parts', status(200, {}, text)));
    expect(outcome.reached && outcome.answer.text === text).toBe(true);
  });

  it('gives no text of a body that breaks off', async () => {
    const url = server.script('/broken', (_, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{"status":', () => response.destroy());
    });
    expect(await ask(url)).toMatchObject({
      reached: true,
      answer: { status: 200, text: undefined },
    });
  });

  it('limits the whole request, the body included', async () => {
    const silent = server.script('/silent', () => undefined);
    expect(await ask(silent, { timeoutMilliseconds: 50 })).toEqual({
      reached: false,
      reason: 'timed out after 0.05 s',
    });
    const endless = server.script('/endless', (_, response) => {
      response.writeHead(200);
      response.write('{');
    });
    expect(await ask(endless, { timeoutMilliseconds: 500 })).toMatchObject({
      answer: { text: undefined },
    });
  });

  it('says in words what went wrong, without key or link', async () => {
    const unused = await startFileServer();
    await unused.close();
    expect(await ask(`${unused.origin}/secret`)).toEqual({
      reached: false,
      reason: 'connection refused',
    });
    const garbled = server.script('/garbled', (request) =>
      request.socket.end('this is not HTTP\r\n\r\n'),
    );
    expect(await ask(garbled)).toEqual({ reached: false, reason: 'the answer is not valid HTTP' });
    const hungUp = server.script('/hung-up', (request) => request.socket.destroy());
    expect(await ask(hungUp)).toEqual({
      reached: false,
      reason: 'connection closed by the other side',
    });
    expect(await ask('not a URL')).toEqual({
      reached: false,
      reason: 'the base URL is not a valid URL',
    });
  });

  it('speaks https to public addresses only, unless told otherwise', async () => {
    const url = server.script('/guarded', status(200));
    expect(await ask(url, { allowInsecureSources: false })).toEqual({
      reached: false,
      reason: 'the base URL is not https',
    });
    const overTls = `${server.origin.replace('http:', 'https:')}/guarded`;
    expect(await ask(overTls, { allowInsecureSources: false })).toEqual({
      reached: false,
      reason: '127.0.0.1 is not on the public internet',
    });
    const byName = overTls.replace('127.0.0.1', 'localhost');
    expect(await ask(byName, { allowInsecureSources: false })).toEqual({
      reached: false,
      reason: 'the address of localhost is not on the public internet',
    });
    expect(server.seen.some(({ path }) => path === '/guarded')).toBe(false);
  });
});
