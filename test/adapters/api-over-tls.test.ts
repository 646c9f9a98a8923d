import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import { createServer as createTcpServer } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import type { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ResolveName } from '../../lambdas/adapters/addresses.ts';
import { createAskApi, type AskApiOptions } from '../../lambdas/adapters/api.ts';
import { isPublicAddress } from '../../lambdas/adapters/link-rules.ts';
import type { AskApi } from '../../lambdas/contract/ports.ts';
import { closed, listening } from '../support/listening.ts';

const fixture = (name: string): string =>
  readFileSync(new URL(`../fixtures/tls/${name}`, import.meta.url), 'utf8');

const certificateAuthority = fixture('localhost.pem');

let server: Server;
let port: number;
let requests = 0;
/** Whether each handshake went on from an earlier one. */
let handshakes: boolean[] = [];
beforeAll(async () => {
  server = createServer(
    { cert: certificateAuthority, key: fixture('localhost.key.pem') },
    (_request, response) => {
      requests += 1;
      response.end('{"ok":true}');
    },
  );
  server.on('secureConnection', (socket: TLSSocket) => handshakes.push(socket.isSessionReused()));
  port = await listening(server);
});
afterAll(async () => closed(server));
beforeEach(() => {
  requests = 0;
  handshakes = [];
});

const asker = (options: Partial<AskApiOptions> = {}): AskApi =>
  createAskApi({ allowInsecureSources: true, isPublicAddress, certificateAuthority, ...options });

/** Names are names of this machine. */
const toThisMachine: ResolveName = (_hostname, _options, callback) =>
  callback(null, [{ address: '127.0.0.1', family: 4 }]);

/** Well below what a connection may take by itself: the request's own limit must end it. */
const beforeConnectTimeout = { timeout: 5000 };

const ok = { reached: true, answer: { status: 200, text: '{"ok":true}' } };

describe('an API over https', () => {
  it('is asked over one connection, and over the next with what TLS agreed before', async () => {
    let now = 0;
    const ask = asker({ now: () => now });
    const url = `https://localhost:${port}/`;
    for (let check = 0; check < 3; check += 1) {
      expect(await ask({ url, headers: {} })).toMatchObject(ok);
      await turn();
    }
    expect(handshakes).toEqual([false]);
    now += 60_000;
    expect(await ask({ url, headers: {} })).toMatchObject(ok);
    expect(await ask({ url, headers: {}, post: {} })).toMatchObject(ok);
    expect(handshakes).toEqual([false, true, true]);
  });

  it.each([
    ['nobody vouches for', {}, 'localhost', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    [
      'shows a certificate for another name',
      { certificateAuthority, resolveName: toThisMachine },
      'api.example.com',
      'ERR_TLS_CERT_ALTNAME_INVALID',
    ],
  ])('is sent nothing where it %s', async (_, options, host, code) => {
    const ask = createAskApi({
      allowInsecureSources: false,
      isPublicAddress: () => true,
      ...options,
    });
    const asking = { url: `https://${host}:${port}/`, headers: { 'x-api-key': 'sk-secret' } };
    const outcome = { reached: false, reason: `no secure connection (${code})` };
    expect(await ask(asking)).toEqual(outcome);
    expect(await ask({ ...asking, post: {} })).toEqual({ ...outcome, unsent: true });
    expect(requests).toBe(0);
  });

  it.each([
    [['10.0.0.5']],
    [['93.184.215.14', '169.254.169.254']],
    [['::ffff:127.0.0.1']],
    [['93.184.215.14', 'fd00:ec2::254']],
    [[]],
  ])('is not connected to where its name has an address that is not public: %j', async (all) => {
    const resolveName: ResolveName = (_hostname, _options, callback) =>
      callback(
        null,
        all.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      );
    const ask = asker({ allowInsecureSources: false, resolveName });
    expect(await ask({ url: `https://api.example.com:${port}/`, headers: {}, post: {} })).toEqual({
      reached: false,
      reason: 'the address of api.example.com is not on the public internet',
      unsent: true,
    });
    expect(handshakes).toEqual([]);
  });

  it.each(['https://[::1]/', 'https://[::ffff:10.0.0.1]/', 'https://169.254.169.254/'])(
    'is not connected to where it is such an address itself: %s',
    async (url) => {
      expect(await asker({ allowInsecureSources: false })({ url, headers: {} })).toEqual({
        reached: false,
        reason: expect.stringMatching(/^[\da-f.:]+ is not on the public internet$/) as string,
      });
    },
  );

  it(
    'is sent nothing once nobody waits, though its name is found then',
    beforeConnectTimeout,
    async () => {
      const waiting: (() => void)[] = [];
      const resolveName: ResolveName = (hostname, options, callback) => {
        waiting.push(() => toThisMachine(hostname, options, callback));
      };
      const ask = asker({
        allowInsecureSources: false,
        isPublicAddress: () => true,
        resolveName,
        timeoutMilliseconds: 20,
      });
      expect(await ask({ url: `https://localhost:${port}/`, headers: {}, post: {} })).toEqual({
        reached: false,
        reason: 'timed out after 0.02 s',
        unsent: true,
      });
      for (const find of waiting) find();
      for (let round = 0; round < 50; round += 1) await turn();
      expect(handshakes).toEqual([]);
      expect(requests).toBe(0);
    },
  );

  it(
    'that never agrees on TLS is given up, and its connection ended',
    beforeConnectTimeout,
    async () => {
      const ended: Promise<void>[] = [];
      const silent = createTcpServer((socket) => {
        socket.on('error', () => undefined).resume();
        ended.push(
          new Promise((resolve) => {
            socket.once('close', () => resolve());
          }),
        );
      });
      const url = `https://localhost:${await listening(silent)}/`;
      expect(await asker({ timeoutMilliseconds: 100 })({ url, headers: {}, post: {} })).toEqual({
        reached: false,
        reason: 'timed out after 0.1 s',
        unsent: true,
      });
      await Promise.all(ended);
      await new Promise((resolve) => {
        silent.close(resolve);
      });
    },
  );
});
