import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { createAskApi, type AskApiOptions } from '../../lambdas/adapters/api.ts';
import { isPublicAddress } from '../../lambdas/adapters/link-rules.ts';
import type { AskApi } from '../../lambdas/contract/ports.ts';
import { startRawServer, type RawServer, type Says } from '../support/raw-server.ts';

const servers: RawServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

const saying = async (says: readonly Says[], onConnect?: Says): Promise<RawServer> => {
  const server = await startRawServer(says, onConnect);
  servers.push(server);
  return server;
};

const asker = (options: Partial<AskApiOptions> = {}): AskApi =>
  createAskApi({ allowInsecureSources: true, isPublicAddress, ...options });

const text =
  (words: string): Says =>
  (socket) =>
    socket.write(words, 'latin1');

const last =
  (words: string): Says =>
  (socket) =>
    socket.end(words, 'latin1');

const answer = (body: string, headers = ''): string =>
  `HTTP/1.1 200 OK\r\n${headers}Content-Length: ${body.length}\r\n\r\n${body}`;

/** One request after the other, as a warm function sends them. */
const askEach = async (ask: AskApi, url: string, times: number) => {
  const said: unknown[] = [];
  for (let index = 0; index < times; index += 1) {
    const outcome = await ask({ url, headers: {} });
    said.push(outcome.reached ? outcome.answer.text : outcome.reason);
    await turn();
  }
  return said;
};

describe('an informational answer', () => {
  it.each([
    ['that was asked for by nobody', 'HTTP/1.1 100 Continue\r\n\r\n'],
    ['with links', 'HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n'],
    ['of a busy host', 'HTTP/1.1 102 Processing\r\n\r\n'.repeat(50)],
  ])('is not the answer: %s', async (_, before) => {
    const { origin, asked } = await saying([text(`${before}${answer('{}')}`)]);
    const ask = asker();
    expect(await askEach(ask, origin, 2)).toEqual(['{}', '{}']);
    const posted = await ask({ url: origin, headers: {}, post: {} });
    expect(posted).toMatchObject({ reached: true, answer: { status: 200, text: '{}' } });
    expect(asked).toHaveLength(3);
  });

  it('that changes the protocol ends the request', async () => {
    const { origin } = await saying([
      text('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n{}'),
    ]);
    expect(await askEach(asker(), origin, 1)).toEqual(['connection closed by the other side']);
  });

  it('that none follows is no answer', async () => {
    const { origin } = await saying([last('HTTP/1.1 103 Early Hints\r\n\r\n')]);
    expect(await askEach(asker(), origin, 1)).toEqual(['connection closed by the other side']);
  });
});

describe('an answer that nobody asked for', () => {
  it('is not taken for that to the next request, where it comes with the one before', async () => {
    const { origin } = await saying([
      text(`${answer('{"is":1}')}${answer('{"is":"stale"}')}`),
      text(answer('{"is":2}')),
    ]);
    expect(await askEach(asker(), origin, 2)).toEqual(['{"is":1}', '{"is":2}']);
  });

  it.each([answer('{"is":"stale"}'), 'x', '\r\n', 'HTTP/1.1 408 Request Timeout\r\n\r\n'])(
    'ends a connection that waits: %j',
    async (words) => {
      const said: Promise<void>[] = [];
      const { origin, connections } = await saying([
        (socket) => {
          socket.write(answer('{"is":1}'));
          said.push(
            new Promise((resolve) => {
              socket.once('close', () => resolve());
            }),
          );
          setImmediate(() => setImmediate(() => socket.write(words)));
        },
        text(answer('{"is":2}')),
      ]);
      const ask = asker();
      expect(await askEach(ask, origin, 1)).toEqual(['{"is":1}']);
      await Promise.all(said);
      expect(await askEach(ask, origin, 1)).toEqual(['{"is":2}']);
      expect(connections()).toBe(2);
    },
  );

  it('is none where it comes before the request', async () => {
    const { origin, asked } = await saying([text(answer('{"is":1}'))], text('SSH-2.0-OpenSSH_9.6'));
    const said = await askEach(asker(), origin, 1);
    expect(said).toEqual(['the answer is not valid HTTP']);
    expect(asked.length).toBeLessThanOrEqual(1);
  });
});

describe('an answer that is not HTTP', () => {
  it.each([
    ['lengths that differ', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}'],
    ['a length that is none', 'HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\n{}'],
    [
      'a length and chunks',
      'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n',
    ],
    ['a head within the head', 'HTTP/1.1 200 OK\r\nX-Note: a\rb\r\nContent-Length: 2\r\n\r\n{}'],
    ['a blank before the colon', 'HTTP/1.1 200 OK\r\nContent-Length : 2\r\n\r\n{}'],
    ['another protocol', 'SIP/2.0 200 OK\r\n\r\n'],
    ['a status that is none', 'HTTP/1.1 abc\r\n\r\n'],
    ['bytes', '\u0000\u0001\u0002\u0003\r\n\r\n'],
  ])('is told in words: %s', async (_, words) => {
    const { origin } = await saying([text(words)]);
    const ask = asker();
    expect(await askEach(ask, origin, 1)).toEqual(['the answer is not valid HTTP']);
    expect(await ask({ url: origin, headers: {}, post: {} })).toEqual({
      reached: false,
      reason: 'the answer is not valid HTTP',
    });
  });

  it.each([
    ['chunks without a size', 'Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n', undefined],
    [
      'a chunk longer than its size',
      'Transfer-Encoding: chunked\r\n\r\n1\r\n{}\r\n0\r\n\r\n',
      undefined,
    ],
    ['a rest that is none', 'Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\nzz\r\n', '{}'],
    ['more than its length', 'Content-Length: 2\r\n\r\n{}{}', '{}'],
  ])('within its body does no harm to the next: %s', async (_, words, expected) => {
    const { origin } = await saying([
      text(`HTTP/1.1 200 OK\r\n${words}`),
      text(answer('{"is":2}')),
    ]);
    expect(await askEach(asker(), origin, 2)).toEqual([expected, '{"is":2}']);
  });
});

describe('a connection that dies', () => {
  const dying: readonly (readonly [string, Says, unknown])[] = [
    ['before the head', (socket) => socket.destroy(), 'connection closed by the other side'],
    ['within the head', last('HTTP/1.1 200 OK\r\nX-No'), 'connection closed by the other side'],
    ['by a reset before the head', (socket) => socket.resetAndDestroy(), 'connection reset'],
    [
      'by a reset within the body',
      (socket) =>
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{', () =>
          socket.resetAndDestroy(),
        ),
      undefined,
    ],
    [
      'by a reset behind the whole JSON',
      (socket) =>
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}', () =>
          setImmediate(() => socket.resetAndDestroy()),
        ),
      '{}',
    ],
  ];

  it.each(dying)(
    '%s harms neither this function nor its next request',
    async (_, says, expected) => {
      const { origin } = await saying([says, text(answer('{"is":2}'))]);
      expect(await askEach(asker(), origin, 2)).toEqual([expected, '{"is":2}']);
    },
  );

  it.each(dying.slice(0, 3))('%s, while it was kept, is replaced once', async (_, says) => {
    const { origin, connections } = await saying([text(answer('{}')), says, text(answer('{}'))]);
    expect(await askEach(asker(), origin, 2)).toEqual(['{}', '{}']);
    expect(connections()).toBe(2);
  });

  it('by a reset while it waits is not used again', async () => {
    const { origin, connections } = await saying([
      (socket) => {
        socket.write(answer('{}'));
        setImmediate(() => setImmediate(() => socket.resetAndDestroy()));
      },
    ]);
    const ask = asker();
    await askEach(ask, origin, 1);
    for (let round = 0; round < 20; round += 1) await turn();
    expect(await askEach(ask, origin, 1)).toEqual(['{}']);
    expect(connections()).toBe(2);
  });
});

describe('headers of an answer', () => {
  it('may have any name', async () => {
    const { origin } = await saying([
      text(answer('{}', '__proto__: a\r\nconstructor: b\r\nConstructor: c\r\ntoString: d\r\n')),
    ]);
    const outcome = await asker()({ url: origin, headers: {} });
    const headers = outcome.reached ? outcome.answer.headers : {};
    expect(Object.entries(headers)).toEqual([
      ['__proto__', 'a'],
      ['constructor', 'b, c'],
      ['tostring', 'd'],
      ['content-length', '2'],
    ]);
  });

  it.each([
    ['Connection: close\r\n', 0, 2],
    ['Keep-Alive: timeout=0\r\n', 0, 2],
    ['Keep-Alive: timeout=5\r\n', 3000, 1],
    ['Keep-Alive: timeout=5, max=100\r\n', 4500, 2],
    ['Keep-Alive: nonsense\r\n', 50_000, 1],
    ['Keep-Alive: timeout=999999\r\n', 60_000, 2],
  ])('say how long a connection waits: %j, %d ms later', async (header, later, expected) => {
    let now = 0;
    const { origin, connections } = await saying([text(answer('{}', header))]);
    const ask = asker({ now: () => now });
    await askEach(ask, origin, 1);
    now += later;
    expect(await askEach(ask, origin, 1)).toEqual(['{}']);
    expect(connections()).toBe(expected);
  });
});

describe('a request', () => {
  it('goes over the same connection any number of times, and leaves no listener behind', async () => {
    const warnings: string[] = [];
    const note = (warning: Error): void => void warnings.push(warning.message);
    process.on('warning', note);
    const { origin, connections } = await saying([text(answer('{}'))]);
    expect(await askEach(asker(), origin, 40)).toEqual(Array.from({ length: 40 }, () => '{}'));
    process.off('warning', note);
    expect(connections()).toBe(1);
    expect(warnings.filter((warning) => warning.includes('listeners'))).toEqual([]);
  });

  it.each([{ 'x-api-key': 'a\r\nb: c' }, { 'x-api-key': 'ключ' }, { 'x api key': 'a' }])(
    'with a header that cannot be sent is not begun: %j',
    async (headers) => {
      const { origin, connections } = await saying([text(answer('{}'))]);
      const ask = asker();
      expect(await ask({ url: origin, headers })).toEqual({
        reached: false,
        reason: expect.stringMatching(/^failed \(ERR_INVALID_/) as string,
      });
      expect(await ask({ url: origin, headers, post: {} })).toMatchObject({ unsent: true });
      expect(connections()).toBe(0);
    },
  );

  it('is carried as the archiver says, whatever its caller says of that', async () => {
    const { origin, asked } = await saying([text(answer('{}'))]);
    await asker()({
      url: `${origin}/a?b=c`,
      headers: {
        Host: 'elsewhere.example.com',
        'Content-Length': '99',
        'Transfer-Encoding': 'chunked',
        Expect: '100-continue',
        Upgrade: 'h2c',
      },
    });
    const [head = ''] = asked;
    expect(head).toMatch(/^GET \/a\?b=c HTTP\/1\.1\r\n/);
    expect(head.match(/^host: .*$/gim)).toEqual([`host: ${new URL(origin).host}`]);
    expect(head).not.toMatch(/^(?:content-length|transfer-encoding|expect|upgrade):/im);
  });
});
