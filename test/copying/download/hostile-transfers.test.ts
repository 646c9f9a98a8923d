import type { ServerResponse } from 'node:http';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ready, startCopyWorld, type CopyWorld } from '../../support/copy-world.ts';
import { pdf, sha256 } from '../../support/decks.ts';
import { file, redirect, type Reply } from '../../support/file-server.ts';

let world: CopyWorld;
beforeEach(async () => {
  world = await startCopyWorld();
});
afterEach(async () => world.server.close());

const deck = pdf(100_000);

const copyFrom = async (...replies: readonly Reply[]) => {
  world.provider(ready([{ url: world.server.script('/deck', ...replies) }]));
  return world.copyUntilDone();
};

/** Sends pieces until nobody reads any more; each waits until the one before it is on its way. */
const sendForEver = (response: ServerResponse, piece: () => Buffer): void => {
  const next = (): void => {
    if (!response.destroyed) response.write(piece(), () => setImmediate(next));
  };
  response.on('error', () => undefined);
  next();
};

/** A byte every 29 seconds of the clock. */
const byteByByte: Reply = (_request, response) => {
  response.writeHead(200, { etag: '"v1"', 'content-length': String(deck.length) });
  let at = 0;
  sendForEver(response, () => {
    world.clock.advance(29);
    at += 1;
    return deck.subarray(at - 1, at);
  });
};

describe('a file host that is no help', () => {
  it('cuts the transfer at any byte: the deck arrives whole', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(deck.length), { maxLength: 8 }),
        fc.constantFrom('length' as const, 'chunked' as const),
        async (cuts, framing) => {
          const { result } = await copyFrom(
            ...cuts.toSorted((a, b) => a - b).map((cutAt) => file(deck, { cutAt, framing })),
            file(deck, { framing }),
          );
          const key = result?.detail.artifacts?.[0]?.key ?? '';
          expect(result?.detail.artifacts).toMatchObject([
            { bytes: deck.length, sha256: sha256(deck) },
          ]);
          expect(sha256(world.store.bodyOf(key))).toBe(sha256(deck));
          for (const stored of world.store.stored.keys()) world.store.remove(stored);
        },
      ),
      {
        numRuns: 25,
        examples: [
          [[0], 'length'],
          [[1, 511, 512, 513], 'length'],
          [[deck.length - 1, deck.length], 'chunked'],
        ],
      },
    );
  });

  it('changes the file between two requests: the new one arrives, and no mixture', async () => {
    const changed = pdf(80_000, 5);
    const { result } = await copyFrom(
      file(deck, { cutAt: 60_000 }),
      file(changed, { etag: '"v2"' }),
    );
    expect(result?.detail.artifacts).toMatchObject([{ bytes: 80_000, sha256: sha256(changed) }]);
  });

  it('changes the file and keeps its ETag, but not its length: nothing of it is believed but a whole transfer', async () => {
    const longer = pdf(120_000, 5);
    const { result } = await copyFrom(file(deck, { cutAt: 60_000 }), file(longer));
    expect(result?.detail.artifacts).toMatchObject([{ bytes: 120_000, sha256: sha256(longer) }]);
  });

  it.each<[string, Reply, string, string]>([
    [
      'announces more than it sends',
      file(deck, { announcedBytes: 120_000 }),
      'DownloadFailed',
      'the server cannot go on where it stopped',
    ],
    ['redirects in a circle', redirect('/deck'), 'DownloadFailed', 'redirects more than 5 times'],
    [
      'compresses what it was asked for as it is',
      file(Buffer.alloc(500, 0x9d), { headers: { 'content-encoding': 'dcb' } }),
      'ExportInvalid',
      'comes compressed (dcb)',
    ],
  ])('%s: nothing is stored', async (_, reply, code, message) => {
    const { next, result } = await copyFrom(reply);
    expect(next).toBe('fail');
    expect(result).toMatchObject({
      detailType: 'Generation Not Archived',
      detail: { error: { code } },
    });
    expect(result?.detail.error?.message).toContain(message);
    expect([...world.store.stored.keys()]).toEqual([]);
    expect(world.store.openUploads()).toEqual([]);
  });

  it('never ends: the transfer is closed at the limit, and nothing is stored', async () => {
    let isClosed = false;
    const endless: Reply = (_, response) => {
      response.on('close', () => {
        isClosed = true;
      });
      response.writeHead(200, { etag: '"v1"' });
      response.write(deck);
      sendForEver(response, () => deck);
    };
    world.provider(ready([{ url: world.server.script('/endless', endless) }]));
    const { result } = await world.copy({ maxBytes: 30_000_000 });
    expect(result).toMatchObject({
      detail: {
        error: {
          code: 'ExportTooLarge',
          message: 'the file is longer than the limit of 30000000 bytes',
        },
      },
    });
    expect([...world.store.stored.keys()]).toEqual([]);
    expect(world.store.openUploads()).toEqual([]);
    await expect.poll(() => isClosed).toBe(true);
  });

  it.each([
    ['all the time', 0],
    ['after a good begin', 5000],
  ])('sends a byte a second, %s: given up when the time is up', async (_, begin) => {
    const slow: Reply = (_request, response) => {
      response.writeHead(200, { etag: '"v1"', 'content-length': String(deck.length) });
      let at = begin;
      if (begin > 0) response.write(deck.subarray(0, begin));
      sendForEver(response, () => {
        world.clock.advance(1);
        at += 1;
        return deck.subarray(at - 1, at);
      });
    };
    const { next, result } = await copyFrom(slow);
    expect(next).toBe('fail');
    expect(result).toMatchObject({
      detailType: 'Generation Not Archived',
      detail: { error: { code: 'DownloadFailed' } },
    });
    expect([...world.store.stored.keys()]).toEqual([]);
  });

  it('sends less than the first bytes of a file before the time is up: given up, too', async () => {
    const { result } = await copyFrom(byteByByte);
    expect(result?.detail.error).toEqual({
      code: 'DownloadFailed',
      message: 'not even the first bytes of the file came in the time of one copy',
    });
  });

  it('forgets its link in the middle: the provider is asked for a fresh one, and the transfer goes on at its byte', async () => {
    const fresh = world.server.script('/fresh', file(deck));
    const stale = world.server.script(
      '/stale',
      file(deck, { cutAt: 40_000 }),
      (_, response) => void response.writeHead(403).end(),
    );
    world.provider(ready([{ url: stale }]), ready([{ url: fresh }]));
    const { result } = await world.copy();
    expect(result?.detail.artifacts).toMatchObject([{ sha256: sha256(deck) }]);
    expect(world.server.seen.map(({ path, headers }) => [path, headers.range])).toEqual([
      ['/stale', undefined],
      ['/stale', 'bytes=40000-'],
      ['/fresh', 'bytes=40000-'],
    ]);
    expect(result?.detail.timing.checks).toBe(5);
  });
});
