import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOpenLink, type OpenLinkOptions } from '../../lambdas/adapters/download.ts';
import { checkLink, isPublicAddress } from '../../lambdas/adapters/link-rules.ts';
import { resumableDownload } from '../../lambdas/copying/download/resumable-download.ts';
import { pdf } from '../support/decks.ts';
import { file } from '../support/file-server.ts';
import { closed, listening } from '../support/listening.ts';
import { virtualClock } from '../support/virtual-clock.ts';

const fixture = (name: string): string =>
  readFileSync(new URL(`../fixtures/tls/${name}`, import.meta.url), 'utf8');

const certificateAuthority = fixture('localhost.pem');
const deck = pdf(200_000);

let server: Server;
let port: number;
let requests = 0;
beforeAll(async () => {
  const replies = [file(deck, { cutAt: 70_000 }), file(deck, { cutAt: 150_000 })];
  server = createServer(
    { cert: certificateAuthority, key: fixture('localhost.key.pem') },
    (request, response) => {
      requests += 1;
      (replies.shift() ?? file(deck))(request, response);
    },
  );
  port = await listening(server);
});
afterAll(async () => closed(server));

const options: OpenLinkOptions = { allowInsecureSources: true, isPublicAddress, checkLink };

describe('a download over https', () => {
  it('arrives whole though it is cut twice', async () => {
    const clock = virtualClock();
    const chunks: Uint8Array[] = [];
    const steps = resumableDownload({
      openLink: createOpenLink({ ...options, certificateAuthority }),
      clock,
      random: () => 0.5,
      link: `https://localhost:${port}/deck.pdf`,
      freshLink: async () => {
        throw new Error('no fresh link was expected');
      },
      maxBytes: 1_000_000,
      stopAt: clock.now() + 60_000,
    });
    for await (const step of steps) if (step.kind === 'chunk') chunks.push(Buffer.from(step.bytes));
    expect(Buffer.concat(chunks).equals(deck)).toBe(true);
    expect(requests).toBe(3);
  });

  it('is not begun where nobody vouches for the host', async () => {
    const before = requests;
    const outcome = await createOpenLink(options)({ url: `https://localhost:${port}/deck.pdf` });
    expect(outcome).toEqual({
      kind: 'unreachable',
      reason: 'localhost: no secure connection (DEPTH_ZERO_SELF_SIGNED_CERT)',
    });
    expect(requests).toBe(before);
  });

  it('is not begun where the certificate is for another name', async () => {
    const before = requests;
    const openLink = createOpenLink({
      allowInsecureSources: false,
      isPublicAddress: () => true,
      checkLink,
      certificateAuthority,
      resolveName: (_hostname, _options, callback) =>
        callback(null, [{ address: '127.0.0.1', family: 4 }]),
    });
    const outcome = await openLink({ url: `https://files.example.com:${port}/deck.pdf` });
    expect(outcome).toEqual({
      kind: 'unreachable',
      reason: 'files.example.com: no secure connection (ERR_TLS_CERT_ALTNAME_INVALID)',
    });
    expect(requests).toBe(before);
  });
});
