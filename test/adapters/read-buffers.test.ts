import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  createServer as createHttpServer,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOpenLink } from '../../lambdas/adapters/download.ts';
import { checkLink, isPublicAddress } from '../../lambdas/adapters/link-rules.ts';
import { pdf, sha256 } from '../support/decks.ts';
import { closed, listening } from '../support/listening.ts';

const fixture = (name: string): string =>
  readFileSync(new URL(`../fixtures/tls/${name}`, import.meta.url), 'utf8');
const certificateAuthority = fixture('localhost.pem');

/** A file, and how it is sent and read. */
interface Transfer {
  readonly deck: Buffer;
  readonly isChunked: boolean;
  /** Bytes of each write of the host, over and over. */
  readonly writes: readonly number[];
  /** Turns of the event loop that the reader lets pass before each chunk, over and over. */
  readonly waits: readonly number[];
}

let transfer: Transfer;

const turn = async (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

const send = async (response: ServerResponse): Promise<void> => {
  const { deck, isChunked, writes } = transfer;
  response.writeHead(200, isChunked ? {} : { 'content-length': deck.length });
  for (let at = 0, index = 0; at < deck.length; index += 1) {
    const end = Math.min(at + (writes[index % writes.length] ?? 1), deck.length);
    const isFull = !response.write(deck.subarray(at, end));
    at = end;
    if (isFull) await turn();
  }
  response.end();
};

const listener: RequestListener = (_request, response) => {
  send(response).catch(() => response.destroy());
};

const servers = {
  http: createHttpServer(listener),
  https: createHttpsServer(
    { cert: certificateAuthority, key: fixture('localhost.key.pem') },
    listener,
  ),
};
const links = { http: '', https: '' };
beforeAll(async () => {
  links.http = `http://localhost:${await listening(servers.http)}/deck.pdf`;
  links.https = `https://localhost:${await listening(servers.https)}/deck.pdf`;
});
afterAll(async () => {
  await closed(servers.http);
  await closed(servers.https);
});

const openLink = createOpenLink({
  allowInsecureSources: true,
  isPublicAddress,
  checkLink,
  certificateAuthority,
});

/**
 * Reads as the archiver does: a chunk is looked at until the next one is asked for, and not longer.
 */
const readAll = async (link: string) => {
  const outcome = await openLink({ url: link });
  if (outcome.kind !== 'open') throw new Error(outcome.reason);
  const hash = createHash('sha256');
  const memory = new Set<ArrayBufferLike>();
  let bytes = 0;
  let index = 0;
  for await (const chunk of outcome.download.body) {
    for (let wait = transfer.waits[index % transfer.waits.length] ?? 0; wait > 0; wait -= 1)
      await turn();
    hash.update(chunk);
    memory.add(chunk.buffer);
    bytes += chunk.length;
    index += 1;
  }
  return { bytes, sha256: hash.digest('hex'), memory: memory.size };
};

const transfers = fc.record({
  deck: fc.integer({ min: 1, max: 3_000_000 }).map((length) => pdf(length)),
  isChunked: fc.boolean(),
  writes: fc.array(fc.integer({ min: 1000, max: 700_000 }), { minLength: 1, maxLength: 5 }),
  waits: fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 5 }),
});

describe.each(['http', 'https'] as const)('memory that is used again, over %s', (scheme) => {
  it('never changes a byte that is still to be looked at, however the file is sent and read', async () => {
    await fc.assert(
      fc.asyncProperty(transfers, async (each) => {
        transfer = each;
        expect(await readAll(links[scheme])).toMatchObject({
          bytes: each.deck.length,
          sha256: sha256(each.deck),
        });
      }),
      { numRuns: 40 },
    );
  });

  it('is the same few blocks for a file of any length', async () => {
    transfer = { deck: pdf(24_000_000), isChunked: false, writes: [1_000_000], waits: [0] };
    const { memory, ...read } = await readAll(links[scheme]);
    expect(read).toEqual({ bytes: 24_000_000, sha256: sha256(transfer.deck) });
    // 24 MB in blocks of 256 kB would be 92.
    expect(memory).toBeLessThan(12);
  });
});
