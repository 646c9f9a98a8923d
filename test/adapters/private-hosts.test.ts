import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAskApi } from '../../lambdas/adapters/api.ts';
import { createOpenLink, type OpenLinkOptions } from '../../lambdas/adapters/download.ts';
import { checkLink, isPublicAddress } from '../../lambdas/adapters/link-rules.ts';
import { createPrivateHosts, type PrivateHosts } from '../../lambdas/adapters/private-hosts.ts';
import type { DownloadOutcome } from '../../lambdas/contract/ports.ts';
import { closed, listening } from '../support/listening.ts';

const fixture = (name: string): string =>
  readFileSync(new URL(`../fixtures/tls/${name}`, import.meta.url), 'utf8');

describe('hosts that may be private', () => {
  const hosts = createPrivateHosts(['Files.Example.com', '*.decks.example.com']);

  it.each([
    'files.example.com',
    'FILES.example.com.',
    'a.decks.example.com',
    'a.b.decks.example.com',
  ])('are those that are named: %s', (host) => {
    expect(hosts.includes(host)).toBe(true);
  });

  it.each([
    'example.com',
    'xfiles.example.com',
    'files.example.com.evil.com',
    'decks.example.com',
    '.decks.example.com',
    'evildecks.example.com',
    '10.0.0.5',
    '',
  ])('are no others: %s', (host) => {
    expect(hosts.includes(host)).toBe(false);
  });

  it.each([
    '10.1.2.3',
    '172.16.0.1',
    '192.168.1.1',
    '100.64.0.9',
    'fd12:3456::1',
    '::ffff:10.0.0.1',
  ])('may have the address %s', (address) => {
    expect(hosts.allows(address)).toBe(true);
  });

  it.each([
    '127.0.0.1',
    '::1',
    '169.254.169.254',
    'fe80::1',
    'fe80::1%eth0',
    'fd00:ec2::254',
    '::ffff:169.254.169.254',
    '0.0.0.0',
    '224.0.0.1',
    '240.0.0.1',
    'files.example.com',
    '',
  ])('may not have the address %s', (address) => {
    expect(hosts.allows(address)).toBe(false);
  });
});

/** As a file host behind an interface endpoint is resolved. */
const resolvingTo =
  (...addresses: readonly string[]): NonNullable<OpenLinkOptions['resolveName']> =>
  (_hostname, _options, callback) =>
    callback(
      null,
      addresses.map((address) => ({ address, family: 4 })),
    );

/** The server of this test stands for the endpoint: its address counts as a private one. */
const asPrivate = (hosts: readonly string[]): PrivateHosts => ({
  ...createPrivateHosts(hosts),
  allows: (address) => address === '127.0.0.1',
});

const open = async (
  url: string,
  privateHosts: PrivateHosts,
  more: Partial<OpenLinkOptions> = {},
): Promise<DownloadOutcome> =>
  createOpenLink({
    allowInsecureSources: false,
    isPublicAddress,
    privateHosts,
    checkLink: (link, rules) =>
      link.startsWith('https://localhost:')
        ? { allowed: true, url: new URL(link) }
        : checkLink(link, rules),
    certificateAuthority: fixture('localhost.pem'),
    resolveName: resolvingTo('127.0.0.1'),
    ...more,
  })({ url });

describe('a file host behind an interface endpoint', () => {
  let server: Server;
  let port: number;
  beforeAll(async () => {
    const [cert, key] = [fixture('localhost.pem'), fixture('localhost.key.pem')];
    server = createServer({ cert, key }, (request, response) => {
      if (request.url === '/moved') response.writeHead(302, { location: 'https://10.0.0.9/' });
      response.end('{}');
    });
    port = await listening(server);
  });
  afterAll(async () => closed(server));

  it('is reached where it is named, over https and with its certificate', async () => {
    const outcome = await open(`https://localhost:${port}/`, asPrivate(['localhost']));
    expect(outcome.kind).toBe('open');
    if (outcome.kind === 'open') outcome.download.close();
    expect(
      await open(`https://localhost:${port}/`, asPrivate(['localhost']), {
        certificateAuthority: '',
      }),
    ).toMatchObject({ kind: 'unreachable' });
  });

  it('is not reached where it is not named', async () => {
    expect(await open(`https://localhost:${port}/`, asPrivate(['files.example.com']))).toEqual({
      kind: 'blocked',
      reason: 'the address of localhost is not on the public internet',
    });
  });

  it('does not open the way to another address, whatever it resolves or redirects to', async () => {
    const hosts = createPrivateHosts(['files.example.com']);
    for (const address of ['169.254.169.254', '127.0.0.1']) {
      expect(
        await open('https://files.example.com/', hosts, {
          resolveName: resolvingTo('10.0.0.1', address),
        }),
      ).toMatchObject({ kind: 'blocked' });
    }
    expect(await open(`https://localhost:${port}/moved`, asPrivate(['localhost']))).toEqual({
      kind: 'blocked',
      reason: 'after a redirect, its host "10.0.0.9" is not on the public internet',
    });
  });

  it('is never spoken to over http', async () => {
    const hosts = createPrivateHosts(['files.example.com']);
    expect(await open('http://files.example.com/', hosts)).toMatchObject({ kind: 'blocked' });
    const askApi = createAskApi({
      allowInsecureSources: false,
      isPublicAddress,
      privateHosts: hosts,
    });
    expect(await askApi({ url: 'http://files.example.com/', headers: {} })).toEqual({
      reached: false,
      reason: 'the base URL is not https',
    });
  });

  it('may have a name that is never on the internet', () => {
    const rules = {
      allowInsecureSources: false,
      privateHosts: createPrivateHosts(['decks.corp.internal']),
    };
    expect(checkLink('https://decks.corp.internal/a', rules)).toMatchObject({ allowed: true });
    expect(checkLink('https://other.corp.internal/a', rules)).toMatchObject({ allowed: false });
    expect(checkLink('https://decks.corp.internal:22/a', rules)).toMatchObject({ allowed: false });
  });
});
