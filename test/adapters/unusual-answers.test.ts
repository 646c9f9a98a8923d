import { createServer } from 'node:net';
import * as zlib from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAskApi, type AskApiOptions } from '../../lambdas/adapters/api.ts';
import { createOpenLink, type OpenLinkOptions } from '../../lambdas/adapters/download.ts';
import { checkLink, isPublicAddress } from '../../lambdas/adapters/link-rules.ts';
import { get } from '../../lambdas/adapters/response.ts';
import { Agent } from '../../lambdas/adapters/undici.ts';
import type { ApiRequest, DownloadOutcome } from '../../lambdas/contract/ports.ts';
import { userAgent, version } from '../../lambdas/contract/version.ts';
import manifest from '../../package.json' with { type: 'json' };
import { pdf } from '../support/decks.ts';
import {
  file,
  redirect,
  startFileServer,
  status,
  type FileServer,
} from '../support/file-server.ts';

let server: FileServer;
beforeAll(async () => {
  server = await startFileServer();
});
afterAll(async () => server.close());

const local = { allowInsecureSources: true, isPublicAddress, checkLink };

const ask = async (
  url: string,
  request: Partial<ApiRequest> = {},
  options: Partial<AskApiOptions> = {},
) => createAskApi({ ...local, ...options })({ url, headers: {}, ...request });

const open = async (
  url: string,
  options: Partial<OpenLinkOptions> = {},
): Promise<DownloadOutcome> => createOpenLink({ ...local, ...options })({ url });

const deck = pdf(10_000);

describe('who is asking', () => {
  it('is said in every request, with the version of the package', async () => {
    expect(version).toBe(manifest.version);
    expect(userAgent).toMatch(/^generation-archiver\/\d/);
    const url = server.script('/who', status(200, {}, '{}'));
    await ask(url);
    await ask(url, { post: { prompt: 'Tides' } });
    const download = await open(url);
    if (download.kind === 'open') download.download.close();
    const asked = server.seen.filter(({ path }) => path === '/who');
    expect(asked.map(({ headers }) => headers['user-agent'])).toEqual([
      userAgent,
      userAgent,
      userAgent,
    ]);
  });
});

describe('a redirect in another form', () => {
  it.each([
    [
      'in raw UTF-8',
      'Übersicht – 概要.pdf',
      '/%C3%9Cbersicht%20%E2%80%93%20%E6%A6%82%E8%A6%81.pdf',
    ],
    [
      'in UTF-8 and escapes by turns',
      'd%C3%A9j%C3%A0 vu é.pdf',
      '/d%C3%A9j%C3%A0%20vu%20%C3%A9.pdf',
    ],
    ['with spaces around it', '  deck.pdf ', '/deck.pdf'],
    ['with a fragment', 'deck.pdf#page=2', '/deck.pdf'],
    ['without a scheme', '//HOST/deck.pdf', '/deck.pdf'],
    ['with a query in UTF-8', 'deck.pdf?name=Tümpel', '/deck.pdf?name=T%C3%BCmpel'],
  ])('is followed: %s', async (_, location, path) => {
    const bytes = Buffer.from(location.replace('HOST', new URL(server.origin).host), 'utf8');
    server.script(path.split('?', 1)[0] ?? '', file(deck));
    const url = server.script('/moved', redirect(bytes.toString('latin1')));
    const outcome = await open(url);
    expect(outcome.kind === 'open' && outcome.download.status).toBe(200);
    expect(server.seen.at(-1)?.path).toBe(path);
    if (outcome.kind === 'open') outcome.download.close();
  });

  it('is followed whose bytes are not UTF-8, byte by byte', async () => {
    server.script('/T%FCmpel.pdf', file(deck));
    const outcome = await open(server.script('/latin', redirect('/T\u00FCmpel.pdf')));
    expect(server.seen.at(-1)?.path).toBe('/T%FCmpel.pdf');
    if (outcome.kind === 'open') outcome.download.close();
  });

  it.each([300, 301, 302, 303, 307, 308])('is followed with status %d', async (code) => {
    server.script('/there', file(deck));
    const outcome = await open(server.script('/here', redirect('there', code)));
    expect(outcome.kind === 'open' && outcome.download.status).toBe(200);
    if (outcome.kind === 'open') outcome.download.close();
  });

  it('is followed to the first place where the host names two', async () => {
    server.script('/first-place', file(deck));
    const outcome = await open(
      server.script('/two', (_, response) => {
        response.writeHead(302, ['Location', '/first-place', 'Location', '/second']).end();
      }),
    );
    expect(server.seen.at(-1)?.path).toBe('/first-place');
    if (outcome.kind === 'open') outcome.download.close();
  });
});

describe('the time until an answer', () => {
  it('is that of all redirects together', async () => {
    server.script('/hop-2', redirect('/hop-3', 307));
    server.script('/hop-3', () => undefined);
    const url = server.script('/hop-1', redirect('/hop-2'));
    // Each hop alone would have 30 s.
    expect(await createOpenLink(local)({ url, withinMilliseconds: 300 })).toEqual({
      kind: 'unreachable',
      reason: '127.0.0.1: no answer in time',
    });
  });

  it('binds while the connection is being made, too', async () => {
    const openLink = createOpenLink({
      ...local,
      allowInsecureSources: false,
      // A name server that does not answer.
      resolveName: () => undefined,
    });
    const outcome = await openLink({ url: 'https://files.example.com/', withinMilliseconds: 20 });
    expect(outcome).toEqual({
      kind: 'unreachable',
      reason: 'files.example.com: no answer in time',
    });
  });

  it('is nothing to the body, which may take longer', async () => {
    const limit = new AbortController();
    const agent = new Agent();
    const url = server.script('/long-body', file(deck));
    const { body } = await get(
      agent,
      new URL(url),
      {},
      { onEnd: () => undefined, signal: limit.signal },
    );
    limit.abort();
    const chunks: Uint8Array[] = [];
    for await (const chunk of body) chunks.push(Buffer.from(chunk));
    expect(Buffer.concat(chunks).equals(deck)).toBe(true);
    await agent.close();
  });
});

describe('a large head', () => {
  const large = { 'content-security-policy': 'x'.repeat(20_000), 'x-more': 'y'.repeat(40_000) };

  it('is no obstacle, for a file or an answer', async () => {
    const url = server.script('/large-head', status(200, large, '{}'));
    expect(await ask(url)).toMatchObject({ reached: true, answer: { status: 200, text: '{}' } });
    const outcome = await open(url);
    expect(outcome.kind).toBe('open');
    if (outcome.kind === 'open') outcome.download.close();
  });

  it('has a limit', async () => {
    const url = server.script(
      '/endless-head',
      status(200, { 'x-more': 'y'.repeat(200_000) }, '{}'),
    );
    expect(await ask(url)).toEqual({ reached: false, reason: 'headers of the answer too large' });
    expect(await open(url)).toMatchObject({
      kind: 'unreachable',
      reason: '127.0.0.1: headers of the answer too large',
    });
  });
});

const json = JSON.stringify({ status: 'completed', note: 'Gezeitentümpel'.repeat(300) });

/** Some kilobytes, once they are packed. */
const blanks = Buffer.alloc(16 * 1024 * 1024, ' ');

const hasPresentation: ApiRequest['enough'] = ({ presentation }) => presentation !== undefined;

describe('an answer that a proxy compresses', () => {
  const packed: readonly (readonly [string, Uint8Array])[] = [
    ['gzip', zlib.gzipSync(json)],
    ['x-gzip', zlib.gzipSync(json)],
    ['GZIP', zlib.gzipSync(json)],
    ['utf-8, gzip', zlib.gzipSync(json)],
    ['deflate', zlib.deflateSync(json)],
    ['deflate', zlib.deflateRawSync(json)],
    ['br', zlib.brotliCompressSync(json)],
    ['gzip, br', zlib.brotliCompressSync(zlib.gzipSync(json))],
    ...('zstdCompressSync' in zlib ? [['zstd', zlib.zstdCompressSync(json)] as const] : []),
    ['identity', Buffer.from(json)],
    ['none', zlib.gzipSync(json)],
    ['none', zlib.deflateSync(json)],
    // Named as something else, and twice where it is named once.
    ['br', zlib.gzipSync(json)],
    ['gzip', zlib.deflateSync(json)],
    ['gzip', zlib.gzipSync(zlib.gzipSync(json))],
    ['gzip', Buffer.from(json)],
    ['br', Buffer.from(json)],
    ['deflate', Buffer.from('{}')],
  ];

  it.each(packed)('is unpacked: %s', async (encoding, bytes) => {
    const text = bytes.length === 2 ? '{}' : json;
    const url = server.script('/packed', (_, response) => {
      response.writeHead(200, { 'content-encoding': encoding }).end(bytes);
    });
    expect(await ask(url)).toMatchObject({ answer: { status: 200, text } });
    expect(await ask(url, { post: {} })).toMatchObject({ answer: { text } });
  });

  it('is unpacked whatever its status, and in whatever pieces it comes', async () => {
    const bytes = zlib.gzipSync(json);
    const url = server.script('/drops', (_, response) => {
      response.writeHead(422, { 'content-encoding': 'gzip' });
      for (const byte of bytes) response.write(Buffer.from([byte]));
      response.end();
    });
    expect(await ask(url)).toMatchObject({ answer: { status: 422, text: json } });
  });

  it('is skimmed as a plain one is', async () => {
    const long = JSON.stringify({
      status: 'completed',
      presentation: { id: 'p-1', sections: Array.from({ length: 30_000 }, () => ({ text: 'x' })) },
    });
    const url = server.script('/skimmed', (_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(zlib.gzipSync(long));
    });
    expect(await ask(url, { enough: hasPresentation })).toMatchObject({
      answer: { text: '{"status":"completed","presentation":{"id":"p-1"}}' },
    });
  });

  it.each([
    ['gzip', zlib.gzipSync(blanks)],
    ['gzip, gzip', zlib.gzipSync(zlib.gzipSync(blanks))],
    ['br', zlib.brotliCompressSync(blanks)],
  ])(
    'is read up to the limit and no further, whatever it unpacks to: %s',
    async (encoding, bomb) => {
      const url = server.script('/bomb', (_, response) => {
        response.writeHead(200, { 'content-encoding': encoding }).end(bomb);
      });
      expect(await ask(url, {}, { maxBytes: 1_000_000 })).toMatchObject({
        reached: true,
        answer: { status: 200, text: undefined },
      });
    },
  );

  it.each([
    ['with its mark', Buffer.from(`\uFEFF${json}`, 'utf16le')],
    ['with the other mark', Buffer.from(`\uFEFF${json}`, 'utf16le').swap16()],
    ['without a mark', Buffer.from(json, 'utf16le')],
    ['the other way round, without a mark', Buffer.from(json, 'utf16le').swap16()],
  ])('is read where it is in UTF-16 %s', async (_, bytes) => {
    const url = server.script('/utf-16', (_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(zlib.gzipSync(bytes));
    });
    expect(await ask(url)).toMatchObject({ answer: { status: 200, text: json } });
  });

  it.each([
    ['breaks off', 'gzip', zlib.gzipSync(json).subarray(0, 60)],
    ['is not what it is named', 'br', Buffer.from('fffefdfcfbfaf9f8f7f6f5f4f3f2f1f0', 'hex')],
    [
      'is packed as nobody can undo',
      'compress',
      Buffer.from('1f9d90aabbccddeeff00112233445566', 'hex'),
    ],
    ['is packed four times', 'gzip, gzip, gzip, gzip', zlib.gzipSync(json)],
  ])('has no text where it %s', async (_, encoding, bytes) => {
    const url = server.script('/garbled', (_request, response) => {
      response.writeHead(200, { 'content-encoding': encoding }).end(bytes);
    });
    expect(await ask(url)).toMatchObject({
      reached: true,
      answer: { status: 200, text: undefined },
    });
  });

  it('leaves no connection open where it is not read to its end', async () => {
    let isClosed = false;
    const url = server.script('/unread', (_, response) => {
      response.on('close', () => {
        isClosed = true;
      });
      response.writeHead(200, { 'content-encoding': 'gzip' });
      response.write(zlib.gzipSync(Buffer.alloc(3_000_000, ' ')));
    });
    expect(await ask(url, {}, { maxBytes: 100_000 })).toMatchObject({
      answer: { text: undefined },
    });
    await expect.poll(() => isClosed).toBe(true);
  });
});

const breaking = (text: string, headers: Readonly<Record<string, string>>): string =>
  server.script('/breaking', (_, response) => {
    response.writeHead(201, headers);
    response.write(text, () => response.destroy());
  });

describe('an answer that breaks off', () => {
  it.each([
    [{ 'transfer-encoding': 'chunked' }, json],
    [{ 'transfer-encoding': 'chunked' }, `\uFEFF ${json}\n`],
    [{ 'content-length': '100000' }, json],
  ])('is whole where its JSON is: %j', async (headers, text) => {
    const url = breaking(text, headers);
    const answer = { status: 201, text: text.replace('\uFEFF', '') };
    expect(await ask(url)).toMatchObject({ reached: true, answer });
    expect(await ask(url, { post: {} })).toMatchObject({ reached: true, answer });
  });

  it('is whole where it is shorter than what shows a compression', async () => {
    const url = breaking('{"id":"x"}', { 'content-length': '100000' });
    const answer = { status: 201, text: '{"id":"x"}' };
    expect(await ask(url)).toMatchObject({ reached: true, answer });
    expect(await ask(url, { post: {} })).toMatchObject({ reached: true, answer });
  });

  it('is no file where that is within what shows a compression: the rest would be taken for plain', async () => {
    const url = server.script('/breaking-file', (_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': '100000' });
      response.write(zlib.gzipSync(deck).subarray(0, 2), () => response.destroy());
    });
    expect(await open(url)).toMatchObject({ kind: 'unreachable' });
  });

  it('is whole where its host never ends it', async () => {
    const url = server.script('/open', (_, response) => {
      response.writeHead(200, { 'transfer-encoding': 'chunked' }).write(json);
    });
    expect(await ask(url, {}, { timeoutMilliseconds: 300 })).toMatchObject({
      answer: { text: json },
    });
  });

  it.each([json.slice(0, -1), `${json}{`, '<html>', '', '7', '[1]', 'null'])(
    'has no text where its JSON breaks off, or tells no end: %#',
    async (text) => {
      const url = breaking(text, { 'content-length': '100000' });
      expect(await ask(url)).not.toMatchObject({ answer: { text: expect.any(String) as string } });
    },
  );
});

describe('an answer in the words of an old or odd server', () => {
  const servers: (() => void)[] = [];
  afterAll(() => {
    for (const end of servers) end();
  });

  const saying = async (text: string): Promise<string> => {
    const raw = createServer((socket) => {
      socket.on('error', () => undefined).once('data', () => socket.end(text));
    });
    servers.push(() => raw.close());
    await new Promise<void>((resolve) => {
      raw.listen(0, '127.0.0.1', resolve);
    });
    const address = raw.address();
    return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/`;
  };

  it.each([
    ['HTTP/1.0 without a length', 'HTTP/1.0 200 OK\r\n\r\n{}'],
    ['no reason', 'HTTP/1.1 200\r\nContent-Length: 2\r\n\r\n{}'],
    [
      'capitals and blanks',
      'HTTP/1.1 200 OK\r\nCONTENT-LENGTH: 2  \r\nCONTENT-ENCODING:  Identity \r\n\r\n{}',
    ],
    [
      'chunks with extensions',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n2;a=b\r\n{}\r\n0\r\n\r\n',
    ],
  ])('is understood: %s', async (_, text) => {
    expect(await ask(await saying(text))).toMatchObject({ answer: { status: 200, text: '{}' } });
  });
});
