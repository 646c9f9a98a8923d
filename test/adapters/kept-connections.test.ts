import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOpenLink } from '../../lambdas/adapters/download.ts';
import { keptMilliseconds } from '../../lambdas/adapters/kept-connections.ts';
import { checkLink, isPublicAddress } from '../../lambdas/adapters/link-rules.ts';
import type { DownloadOutcome, OpenLink } from '../../lambdas/contract/ports.ts';
import { connectionsDuring } from '../support/connections.ts';
import { pdf } from '../support/decks.ts';
import { file, startFileServer, type FileServer, type Reply } from '../support/file-server.ts';

let server: FileServer;
beforeAll(async () => {
  server = await startFileServer();
});
afterAll(async () => server.close());

const deck = pdf(300_000);

const hangUp: Reply = (request) => request.socket.destroy();

const opener = () => {
  let now = 0;
  const openLink = createOpenLink({
    allowInsecureSources: true,
    isPublicAddress,
    checkLink,
    now: () => now,
  });
  return {
    openLink,
    pass: (milliseconds: number): void => {
      now += milliseconds;
    },
  };
};

/**
 * Reads the file, and lets the event loop turn once: undici does not use a connection again before,
 * and storing a file takes longer.
 */
const read = async (outcome: DownloadOutcome): Promise<string | number> => {
  if (outcome.kind !== 'open') return outcome.reason;
  let bytes = 0;
  for await (const chunk of outcome.download.body) bytes += chunk.length;
  await turn();
  return bytes;
};

const download = async (openLink: OpenLink, url: string): Promise<string | number> =>
  read(await openLink({ url }));

/** Times that the server was asked for a path. */
const asked = (path: string): number =>
  server.seen.filter((request) => request.path === path).length;

describe('connections of downloads', () => {
  it('are used again for the next file of the same host', async () => {
    const url = server.script('/kept', file(deck));
    const { openLink } = opener();
    const { made, opened } = await connectionsDuring(async () => [
      await download(openLink, url),
      await download(openLink, url),
    ]);
    expect({ made, opened }).toEqual({ made: [deck.length, deck.length], opened: 1 });
  });

  it('are not used again after a pause, in which the host may have forgotten them', async () => {
    const url = server.script('/paused', file(deck));
    const { openLink, pass } = opener();
    const { opened } = await connectionsDuring(async () => {
      await download(openLink, url);
      pass(keptMilliseconds + 1);
      await download(openLink, url);
    });
    expect(opened).toBe(2);
  });

  it('are used again however long the download before took', async () => {
    const url = server.script('/long', file(deck));
    const { openLink, pass } = opener();
    const { opened } = await connectionsDuring(async () => {
      const first = await openLink({ url });
      pass(60_000);
      await read(first);
      await download(openLink, url);
    });
    expect(opened).toBe(1);
  });

  it('are not used again where a download was given up', async () => {
    const url = server.script('/given-up', file(pdf(5_000_000)));
    const { openLink } = opener();
    const { opened } = await connectionsDuring(async () => {
      const first = await openLink({ url });
      if (first.kind === 'open') first.download.close();
      await download(openLink, url);
    });
    // undici opens one more for the request that was given up, and sends nothing over it.
    expect(opened).toBeGreaterThan(1);
  });

  it('are replaced once where the host closes a kept one at the very moment of the next request', async () => {
    const { openLink } = opener();
    await download(openLink, server.script('/before', file(deck)));
    expect(await download(openLink, server.script('/closed', hangUp, file(deck)))).toBe(
      deck.length,
    );
    expect(asked('/closed')).toBe(2);
  });

  it('are replaced no second time', async () => {
    const { openLink } = opener();
    await download(openLink, server.script('/before', file(deck)));
    expect(await download(openLink, server.script('/closed-twice', hangUp))).toMatch(
      'connection closed by the other side',
    );
    expect(asked('/closed-twice')).toBe(2);
  });

  it('are not replaced where the host closes a new one: that is its answer', async () => {
    expect(await download(opener().openLink, server.script('/closed-at-once', hangUp))).toMatch(
      'connection closed by the other side',
    );
    expect(asked('/closed-at-once')).toBe(1);
  });
});
