import { isIP } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ResolveName } from '../../lambdas/adapters/addresses.ts';
import { createOpenLink } from '../../lambdas/adapters/download.ts';
import { checkLink, isPublicAddress } from '../../lambdas/adapters/link-rules.ts';
import type { DownloadOutcome } from '../../lambdas/contract/ports.ts';
import { hostileNames, privateAddresses, refusedLinks } from '../fixtures/links/hostile.ts';
import { connectionsDuring } from '../support/connections.ts';
import { pdf } from '../support/decks.ts';
import { file, redirect, startFileServer, type FileServer } from '../support/file-server.ts';

let server: FileServer;
beforeAll(async () => {
  server = await startFileServer();
});
afterAll(async () => server.close());

const strict = { allowInsecureSources: false, isPublicAddress, checkLink };

/** Answers from a table, one row after the other for a name that is asked for again. */
const resolving = (table: ReadonlyMap<string, readonly (readonly string[])[]>) => {
  const asked: string[] = [];
  const resolveName: ResolveName = (hostname, _options, callback) => {
    const rows = table.get(hostname);
    const row = rows?.[Math.min(asked.filter((name) => name === hostname).length, rows.length - 1)];
    asked.push(hostname);
    if (row === undefined) throw new Error(`nobody was expected to ask for ${hostname}`);
    callback(
      null,
      row.map((address) => ({ address, family: isIP(address) })),
    );
  };
  return { asked, resolveName };
};

const hostile = new Map(
  hostileNames.map(([link, addresses]) => [new URL(link).hostname, [addresses]]),
);

/** As if the local server were a public one, under this name. */
const publicHost = 'files.example.com';

/**
 * @param names what the names lead to: the public host's own, too, where it is to lead elsewhere
 * after a while
 */
const fromPublicHost = (names: ReadonlyMap<string, readonly (readonly string[])[]>) => {
  const origin = `http://${publicHost}:${new URL(server.origin).port}`;
  const { asked, resolveName } = resolving(new Map([[publicHost, [['127.0.0.1']]], ...names]));
  const openLink = createOpenLink({
    ...strict,
    resolveName,
    isPublicAddress: (address) =>
      (asked.at(-1) === publicHost && address === '127.0.0.1') || isPublicAddress(address),
    checkLink: (link, options) =>
      link.startsWith(`${origin}/`)
        ? { allowed: true, url: new URL(link) }
        : checkLink(link, options),
  });
  return {
    asked,
    open: async (path: string) =>
      connectionsDuring(async () => openLink({ url: `${origin}${path}` })),
  };
};

const expectBlocked = (
  outcome: DownloadOutcome,
  opened: number,
  expectedConnections: number,
): void => {
  expect(outcome.kind).toBe('blocked');
  expect(opened).toBe(expectedConnections);
};

describe('the count of connections', () => {
  it('is one for one download, so that none means none', async () => {
    server.script('/public', file(pdf()));
    const { made, opened } = await fromPublicHost(new Map()).open('/public');
    expect(made).toMatchObject({ kind: 'open', download: { status: 200, host: publicHost } });
    expect(opened).toBe(1);
    if (made.kind === 'open') made.download.close();
  });
});

describe('no connection is opened', () => {
  it('in a table of sixty links and more', () => {
    expect(
      new Set([...refusedLinks, ...hostileNames].map(([link]) => link)).size,
    ).toBeGreaterThanOrEqual(60);
  });

  it.each(refusedLinks)('to %s', async (link) => {
    const { resolveName, asked } = resolving(new Map());
    const { made, opened } = await connectionsDuring(async () =>
      createOpenLink({ ...strict, resolveName })({ url: link }),
    );
    expectBlocked(made, opened, 0);
    expect(asked).toEqual([]);
  });

  it.each(hostileNames)('to %s, which leads to %j', async (link) => {
    const { resolveName } = resolving(hostile);
    const { made, opened } = await connectionsDuring(async () =>
      createOpenLink({ ...strict, resolveName })({ url: link }),
    );
    expectBlocked(made, opened, 0);
  });

  // A zone has no place in a link.
  it.each(privateAddresses.filter((address) => isIP(address) !== 0 && !address.includes('%')))(
    'to the address %s, even where the link rules let it through',
    async (address) => {
      const url = new URL(isIP(address) === 6 ? `https://[${address}]/` : `https://${address}/`);
      const openLink = createOpenLink({ ...strict, checkLink: () => ({ allowed: true, url }) });
      const { made, opened } = await connectionsDuring(async () =>
        openLink({ url: 'https://files.example.com/' }),
      );
      expectBlocked(made, opened, 0);
    },
  );
});

/** As it stands in a header: the bytes of UTF-8, each as a character. */
const inHeader = (link: string): string => Buffer.from(link).toString('latin1');

describe('after a redirect, no second connection is opened', () => {
  it.each(refusedLinks.filter(([link]) => URL.canParse(link)))('to %s', async (link) => {
    server.script('/redirect', redirect(inHeader(link)));
    const { made, opened } = await fromPublicHost(new Map()).open('/redirect');
    expectBlocked(made, opened, 1);
  });

  it.each(hostileNames)('to %s, which leads to %j', async (link) => {
    server.script('/redirect', redirect(link));
    const { asked, open } = fromPublicHost(hostile);
    const { made, opened } = await open('/redirect');
    expectBlocked(made, opened, 1);
    expect(asked).toEqual([publicHost, new URL(link).hostname]);
  });
});

describe('a name that resolves differently the second time', () => {
  it.each(['127.0.0.2', '169.254.169.254', '10.0.0.1', '::1', '::ffff:127.0.0.1', 'fd00:ec2::254'])(
    'is not connected to once it is %s',
    async (address) => {
      server.script('/deck', file(pdf()));
      const { asked, open } = fromPublicHost(new Map([[publicHost, [['127.0.0.1'], [address]]]]));
      const first = await open('/deck');
      expect(first.made).toMatchObject({ kind: 'open' });
      if (first.made.kind === 'open') first.made.download.close();
      const { made, opened } = await open('/deck');
      expectBlocked(made, opened, 0);
      // Once for each connection: what was checked is what is connected to.
      expect(asked).toEqual([publicHost, publicHost]);
    },
  );

  it('is not connected to after it has redirected to itself', async () => {
    server.script('/deck', redirect('/elsewhere'));
    const { open } = fromPublicHost(new Map([[publicHost, [['127.0.0.1'], ['169.254.169.254']]]]));
    const { made, opened } = await open('/deck');
    expectBlocked(made, opened, 1);
  });
});
