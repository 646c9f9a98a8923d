import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAskApi } from '../../lambdas/adapters/api.ts';
import { isPublicAddress } from '../../lambdas/adapters/link-rules.ts';
import type { AskOutcome } from '../../lambdas/contract/ports.ts';
import { connectionsDuring } from '../support/connections.ts';
import { startFileServer, status, type FileServer, type Reply } from '../support/file-server.ts';

let server: FileServer;
beforeAll(async () => {
  server = await startFileServer();
});
afterAll(async () => server.close());

const hangUp: Reply = (request) => request.socket.destroy();

/** As a warm function asks: with what it kept from the invocation before. */
const asker = () => {
  let now = 0;
  const ask = createAskApi({ allowInsecureSources: true, isPublicAddress, now: () => now });
  return {
    ask: async (url: string): Promise<AskOutcome> => {
      const outcome = await ask({ url, headers: {} });
      // undici does not use a connection again before the event loop has turned.
      await turn();
      return outcome;
    },
    post: async (url: string): Promise<AskOutcome> => ask({ url, headers: {}, post: {} }),
    pass: (milliseconds: number): void => {
      now += milliseconds;
    },
  };
};

/** Milliseconds; the connection is closed long before. */
const longestWait = 5000;

const asked = (path: string): number =>
  server.seen.filter((request) => request.path === path).length;

/**
 * A server in a thread of its own, that closes each connection after its first answer and says so
 * in shared memory.
 */
const closingServer = `
  const { createServer } = require('node:http');
  const { parentPort, workerData } = require('node:worker_threads');
  const closed = new Int32Array(workerData);
  const server = createServer((request, response) => {
    response.end('{"ok":true}', () => {
      request.socket.once('close', () => {
        Atomics.add(closed, 0, 1);
        Atomics.notify(closed, 0);
      });
      request.socket.destroySoon();
    });
  });
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
`;

describe('connections to an API', () => {
  it('are used again for the next check', async () => {
    const url = server.script('/kept', status(200));
    const { ask } = asker();
    const { made, opened } = await connectionsDuring(async () => [await ask(url), await ask(url)]);
    expect(made).toMatchObject([{ reached: true }, { reached: true }]);
    expect(opened).toBe(1);
  });

  it('are not used again after a pause in which the host may have forgotten them', async () => {
    const url = server.script('/paused', status(200));
    const { ask, pass } = asker();
    const { opened } = await connectionsDuring(async () => {
      await ask(url);
      pass(60_000);
      await ask(url);
    });
    expect(opened).toBe(2);
  });

  it('that the host closed while the function was frozen cost no failed check', async () => {
    const memory = new SharedArrayBuffer(4);
    const closed = new Int32Array(memory);
    const worker = new Worker(closingServer, { eval: true, workerData: memory });
    try {
      const [port] = (await once(worker, 'message')) as [number];
      const url = `http://127.0.0.1:${port}/status`;
      const { ask } = asker();
      for (let check = 0; check < 5; check += 1) {
        expect(await ask(url)).toMatchObject({ reached: true, answer: { text: '{"ok":true}' } });
        // Nothing of this thread runs, as in a frozen function, until the connection is gone.
        if (Atomics.load(closed, 0) === check) Atomics.wait(closed, 0, check, longestWait);
      }
    } finally {
      await worker.terminate();
    }
  });

  it('are replaced once where the host closes a kept one at the very moment of the next request', async () => {
    const { ask } = asker();
    await ask(server.script('/before', status(200)));
    expect(await ask(server.script('/closed', hangUp, status(200)))).toMatchObject({
      reached: true,
    });
    expect(asked('/closed')).toBe(2);
  });

  it('are replaced no second time, and not where they are new', async () => {
    const { ask } = asker();
    await ask(server.script('/before', status(200)));
    const twice = await ask(server.script('/closed-twice', hangUp));
    expect(twice).toEqual({ reached: false, reason: 'connection closed by the other side' });
    expect(asked('/closed-twice')).toBe(2);
    await asker().ask(server.script('/closed-at-once', hangUp));
    expect(asked('/closed-at-once')).toBe(1);
  });

  it('carry no request that may not be sent twice', async () => {
    const { ask, post } = asker();
    await ask(server.script('/before', status(200)));
    await post(server.script('/posted', hangUp));
    expect(asked('/posted')).toBe(1);
  });
});
