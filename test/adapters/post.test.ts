import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createTcpServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createAskApi, type AskApiOptions } from '../../lambdas/adapters/api.ts';
import { isPublicAddress } from '../../lambdas/adapters/link-rules.ts';
import type { AskOutcome } from '../../lambdas/contract/ports.ts';
import { closed, freePort, listening } from '../support/listening.ts';

const fixture = (name: string): string =>
  readFileSync(new URL(`../fixtures/tls/${name}`, import.meta.url), 'utf8');

const body = { exportAs: 'pdf', title: 'Prüfung' };

const post = async (url: string, options: Partial<AskApiOptions> = {}): Promise<AskOutcome> =>
  createAskApi({ allowInsecureSources: true, isPublicAddress, ...options })({
    url,
    headers: { 'X-API-KEY': 'sk-secret' },
    post: body,
  });

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A server that counts what it was asked to do. */
const startCounting = async (
  answer: (
    request: IncomingMessage,
    text: string,
  ) => { status: number; text: string } | 'hang up' | 'silence',
) => {
  const seen: { method: string; type: string | undefined; text: string }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8');
      seen.push({ method: request.method ?? '', type: request.headers['content-type'], text });
      const said = answer(request, text);
      if (said === 'silence') return;
      if (said === 'hang up') request.socket.destroy();
      else response.writeHead(said.status).end(said.text);
    });
  });
  const port = await listening(server);
  closing.push(async () => closed(server));
  return { url: `http://127.0.0.1:${port}/create`, seen };
};

describe('posting to an API', () => {
  it('sends the body as JSON and gives the answer as it is', async () => {
    const { url, seen } = await startCounting(() => ({ status: 201, text: '{"id":"x1"}' }));
    expect(await post(url)).toMatchObject({
      reached: true,
      answer: { status: 201, text: '{"id":"x1"}' },
    });
    expect(seen).toEqual([
      { method: 'POST', type: 'application/json', text: JSON.stringify(body) },
    ]);
  });

  it('sends it once where the answer is lost, and does not call it unsent', async () => {
    const { url, seen } = await startCounting(() => 'hang up');
    expect(await post(url)).toEqual({
      reached: false,
      reason: 'connection closed by the other side',
    });
    expect(seen).toHaveLength(1);
  });

  it('does not call it unsent where no answer comes in time', async () => {
    const { url, seen } = await startCounting(() => 'silence');
    expect(await post(url, { timeoutMilliseconds: 100 })).toEqual({
      reached: false,
      reason: 'timed out after 0.1 s',
    });
    expect(seen).toHaveLength(1);
  });

  it('calls it unsent where the connection is refused', async () => {
    expect(await post(`http://127.0.0.1:${await freePort()}/create`)).toEqual({
      reached: false,
      reason: 'connection refused',
      unsent: true,
    });
  });

  it('calls it unsent where the host has no address, or a forbidden one', async () => {
    expect(await post('http://no-such-host.invalid/create')).toMatchObject({
      reached: false,
      unsent: true,
    });
    const forbidden = await post('https://127.0.0.1:9/create', { allowInsecureSources: false });
    expect(forbidden).toEqual({
      reached: false,
      reason: '127.0.0.1 is not on the public internet',
      unsent: true,
    });
  });

  it('calls it unsent where the URL may not be used', async () => {
    expect(await post('not a URL')).toMatchObject({ reached: false, unsent: true });
    expect(await post('http://127.0.0.1:9/', { allowInsecureSources: false })).toMatchObject({
      reached: false,
      unsent: true,
    });
  });

  it('calls it unsent where nobody vouches for the host', async () => {
    let requests = 0;
    const server = createTlsServer(
      { cert: fixture('localhost.pem'), key: fixture('localhost.key.pem') },
      () => {
        requests += 1;
      },
    );
    const port = await listening(server);
    closing.push(async () => closed(server));
    expect(await post(`https://localhost:${port}/create`)).toMatchObject({
      reached: false,
      unsent: true,
    });
    expect(requests).toBe(0);
  });

  it('calls it unsent where the other side hangs up before TLS is agreed', async () => {
    const server = createTcpServer((socket) => socket.destroy());
    const port = await listening(server);
    closing.push(async () => new Promise((resolve) => server.close(() => resolve())));
    expect(await post(`https://127.0.0.1:${port}/create`)).toMatchObject({
      reached: false,
      unsent: true,
    });
  });
});
