import { EventEmitter, once } from 'node:events';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOpenLink } from '../../../lambdas/adapters/download.ts';
import { checkLink, isPublicAddress } from '../../../lambdas/adapters/link-rules.ts';
import type {
  DownloadEnd,
  DownloadOptions,
  LinkOutcome,
} from '../../../lambdas/copying/download/download-steps.ts';
import { resumableDownload } from '../../../lambdas/copying/download/resumable-download.ts';
import { pdf, sha256 } from '../../support/decks.ts';
import {
  file,
  redirect,
  startFileServer,
  status,
  type FileServer,
} from '../../support/file-server.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

let server: FileServer;
beforeAll(async () => {
  server = await startFileServer();
});
afterAll(async () => server.close());

const openLink = createOpenLink({
  allowInsecureSources: true,
  isPublicAddress,
  checkLink,
  idleTimeoutMilliseconds: 100,
});

const noFreshLink = async (): Promise<LinkOutcome> => {
  throw new Error('no fresh link was expected');
};

/** Downloads all of it, as a consumer that keeps what it is told to keep. */
const download = async (link: string, changes: Partial<DownloadOptions> = {}) => {
  const clock = virtualClock();
  let bytes = Buffer.alloc(0);
  const begins: number[] = [];
  let end: DownloadEnd | undefined;
  const steps = resumableDownload({
    openLink,
    clock,
    random: () => 0.5,
    link,
    freshLink: noFreshLink,
    maxBytes: 10_000_000,
    stopAt: clock.now() + 600_000,
    ...changes,
  });
  for await (const step of steps) {
    expect(end).toBeUndefined();
    if (step.kind === 'begin') {
      begins.push(step.offset);
      if (step.offset === 0) bytes = Buffer.alloc(0);
    }
    if (step.kind === 'chunk') bytes = Buffer.concat([bytes, step.bytes]);
    if (step.kind === 'end') ({ end } = step);
  }
  return { bytes, begins, end, slept: clock.slept };
};

const problem = { code: 'ProviderUnavailable', message: 'no link now' } as const;

const ranges = (path: string) =>
  server.seen.filter((request) => request.path === path).map(({ headers }) => headers.range);

const deck = pdf(100_000);

describe('a download that breaks', () => {
  it('goes on at the byte where it stopped', async () => {
    const url = server.script(
      '/twice',
      file(deck, { cutAt: 20_000 }),
      file(deck, { cutAt: 70_000 }),
      file(deck),
    );
    const { bytes, begins, end } = await download(url);
    expect(end).toEqual({ kind: 'complete' });
    expect(sha256(bytes)).toBe(sha256(deck));
    expect(begins).toEqual([0]);
    expect(ranges('/twice')).toEqual([undefined, 'bytes=20000-', 'bytes=70000-']);
  });

  it('goes on after it stalled', async () => {
    const url = server.script('/stalled', file(deck, { stallAt: 20_000 }), file(deck));
    const { bytes, end } = await download(url);
    expect(end).toEqual({ kind: 'complete' });
    expect(bytes.equals(deck)).toBe(true);
  });

  it('goes on by date where the server has no ETag', async () => {
    const dated = {
      'last-modified': 'Fri, 20 Nov 2026 09:00:00 GMT',
      date: 'Fri, 20 Nov 2026 10:00:00 GMT',
    };
    const url = server.script(
      '/dated',
      file(deck, { etag: null, cutAt: 40_000, headers: dated }),
      (request, response) => {
        expect(request.headers['if-range']).toBe(dated['last-modified']);
        response
          .writeHead(206, { 'content-range': 'bytes 40000-99999/100000' })
          .end(deck.subarray(40_000));
      },
    );
    expect((await download(url)).bytes.equals(deck)).toBe(true);
  });

  it.each([
    ['has no validator', { etag: null }],
    ['has a weak one', { etag: 'W/"v1"' }],
    ['knows no ranges', { ranges: false }],
    ['says that it takes no ranges', { headers: { 'accept-ranges': 'none' } }],
  ])('starts over where the server %s', async (_, options) => {
    const url = server.script(
      '/over',
      file(deck, { ...options, cutAt: 20_000 }),
      file(deck, options),
    );
    const { bytes, begins, end } = await download(url);
    expect(end).toEqual({ kind: 'complete' });
    expect(begins).toEqual([0, 0]);
    expect(bytes.equals(deck)).toBe(true);
  });

  it('starts over where the file has changed, and never splices two versions', async () => {
    const changed = pdf(90_000, 7);
    const url = server.script(
      '/changed',
      file(deck, { cutAt: 20_000 }),
      file(changed, { etag: '"v2"' }),
    );
    const { bytes, begins } = await download(url);
    expect(begins).toEqual([0, 0]);
    expect(bytes.equals(changed)).toBe(true);
  });

  it.each([
    ['another range', { 'content-range': 'bytes 0-99999/100000' }],
    ['a range of a file of another length', { 'content-range': 'bytes 20000-99999/200000' }],
    ['no range', {}],
    ['a range of another version', { 'content-range': 'bytes 20000-99999/100000', etag: '"v2"' }],
    [
      'a compressed range',
      { 'content-range': 'bytes 20000-99999/100000', 'content-encoding': 'gzip' },
    ],
  ])('starts over where the server sends %s', async (_, headers) => {
    const url = server.script(
      '/wrong',
      file(deck, { cutAt: 20_000 }),
      status(206, headers, 'x'),
      file(deck),
    );
    const { bytes, end } = await download(url);
    expect(end).toEqual({ kind: 'complete' });
    expect(bytes.equals(deck)).toBe(true);
    expect(ranges('/wrong').slice(-3)).toEqual([undefined, 'bytes=20000-', undefined]);
  });

  it('starts over where the file has become shorter', async () => {
    const url = server.script(
      '/shorter',
      file(deck, { cutAt: 20_000 }),
      status(416, { 'content-range': 'bytes */10' }),
      file(deck),
    );
    expect((await download(url)).bytes.equals(deck)).toBe(true);
  });

  it('is complete where only the end mark was lost', async () => {
    const lost = file(deck, { framing: 'chunked', announcedBytes: 100_000 });
    const url = server.script('/end-mark', lost, file(deck));
    const { bytes, end } = await download(url);
    expect(end).toEqual({ kind: 'complete' });
    expect(bytes.equals(deck)).toBe(true);
    expect(ranges('/end-mark')).toEqual([undefined, 'bytes=100000-']);
  });

  it('is waited for as a late file after six tries that bring nothing', async () => {
    const url = server.script('/dead', file(deck, { cutAt: 0 }));
    const { end, slept } = await download(url);
    const message = '127.0.0.1: connection closed by the other side';
    expect(end).toMatchObject({ kind: 'late', problem: { code: 'DownloadFailed', message } });
    expect(slept.slice(0, 5)).toEqual([0.375, 0.75, 1.5, 3, 6]);
  });

  it('is waited for as a late file where a server that cannot go on breaks every time', async () => {
    const url = server.script('/always', file(deck, { ranges: false, cutAt: 20_000 }));
    const { end } = await download(url);
    const message: unknown = expect.stringContaining('the server cannot go on where it stopped');
    expect(end).toMatchObject({ kind: 'late', problem: { message } });
    expect(ranges('/always').length).toBeLessThan(12);
  });

  it('survives a length that is announced too long, until it is clear that it is a lie', async () => {
    const url = server.script('/lie', file(deck, { announcedBytes: 120_000 }));
    const { end } = await download(url);
    expect(end).toMatchObject({ kind: 'late', problem: { code: 'DownloadFailed' } });
  });

  it('arrives whole however often and wherever it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 60_000 }),
        fc.array(fc.integer({ min: 1, max: 59_999 }), { maxLength: 12 }),
        fc.constantFrom('length' as const, 'chunked' as const),
        async (length, cuts, framing) => {
          const bytes = pdf(length);
          const inOrder = cuts
            .toSorted((a, b) => a - b)
            .map((cutAt) => file(bytes, { cutAt, framing }));
          const result = await download(
            server.script('/property', ...inOrder, file(bytes, { framing })),
          );
          expect(result.end).toEqual({ kind: 'complete' });
          expect(sha256(result.bytes)).toBe(sha256(bytes));
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('a download host in trouble', () => {
  it('is tried again after the pause it wants', async () => {
    const url = server.script(
      '/busy',
      status(503, { 'retry-after': '30' }),
      status(429),
      file(deck),
    );
    const { end, slept } = await download(url);
    expect(end).toEqual({ kind: 'complete' });
    expect(slept).toEqual([30, 0.75]);
  });

  it('is waited for elsewhere where it asks for longer than a minute', async () => {
    const url = server.script('/later', status(503, { 'retry-after': '3000' }));
    const { end, slept } = await download(url);
    expect(end).toMatchObject({ kind: 'late', waitMilliseconds: 3_000_000 });
    expect(slept).toEqual([]);
  });

  it('is given up after an hour where it asks for more and more, and after three minutes else', async () => {
    for (const [reply, seconds] of [
      [status(500), 180],
      [status(503, { 'retry-after': '3600' }), 3600],
    ] as const) {
      const url = server.script('/down', reply);
      const since = Date.parse('2026-11-20T10:00:00.000Z') - seconds * 1000;
      expect((await download(url, { lateSince: since })).end).toMatchObject({
        kind: 'failed',
        problem: { message: expect.stringContaining(`went on so for ${seconds} s`) as string },
      });
    }
  });

  it('cannot serve a file above the limit, announced or not', async () => {
    const announced = server.script('/large', file(deck));
    expect((await download(announced, { maxBytes: 99_999 })).end).toEqual({
      kind: 'failed',
      problem: { code: 'ExportTooLarge', message: 'the file has 100000 bytes; the limit is 99999' },
    });
    const silent = server.script('/endless', file(deck, { framing: 'chunked' }));
    const { end, bytes } = await download(silent, { maxBytes: 99_999 });
    const message = 'the file is longer than the limit of 99999 bytes';
    expect(end).toEqual({ kind: 'failed', problem: { code: 'ExportTooLarge', message } });
    expect(bytes.length).toBeLessThan(100_000);
  });

  it('may not lead elsewhere', async () => {
    const url = server.script('/away', redirect('file:///etc/passwd'));
    const message: unknown = expect.stringContaining('may not be followed');
    for (const freshLink of [
      async (): Promise<LinkOutcome> => ({ kind: 'link', link: url }),
      async (): Promise<LinkOutcome> => ({ kind: 'none', problem }),
    ]) {
      const { end, slept } = await download(url, { freshLink });
      expect(end).toMatchObject({ kind: 'failed', problem: { code: 'DownloadFailed', message } });
      expect(slept).toEqual([]);
    }
  });

  it.each([
    ['in a circle', '/astray'],
    ['to something that may not be opened', 'ftp://files.example.com/a'],
    ['to something that is no link', 'http://'],
  ])(
    'leads elsewhere because its link has expired: a fresh one is asked for (%s)',
    async (_, to) => {
      const stale = server.script('/astray', redirect(to));
      const fresh = server.script('/straight', file(deck));
      const { end, bytes } = await download(stale, {
        freshLink: async () => ({ kind: 'link', link: fresh }),
      });
      expect(end).toEqual({ kind: 'complete' });
      expect(bytes.equals(deck)).toBe(true);
    },
  );

  it('leads elsewhere twice: no third link is asked for', async () => {
    const first = server.script('/astray-1', redirect('ftp://files.example.com/a'));
    const second = server.script('/astray-2', redirect('ftp://files.example.com/a'));
    let asked = 0;
    const { end } = await download(first, {
      freshLink: async () => {
        asked += 1;
        return { kind: 'link', link: second };
      },
    });
    expect([end?.kind, asked]).toEqual(['failed', 1]);
  });
});

describe('a link that serves no file', () => {
  it.each([202, 204, 400, 401, 403, 404, 410])(
    'is replaced by a fresh one after a moment: %i',
    async (code) => {
      const stale = server.script('/stale', status(code));
      const fresh = server.script('/fresh', file(deck));
      const { end, bytes, slept } = await download(stale, {
        freshLink: async () => ({ kind: 'link', link: fresh }),
      });
      expect(end).toEqual({ kind: 'complete' });
      expect(bytes.equals(deck)).toBe(true);
      expect(slept).toEqual([1]);
    },
  );

  it('is replaced where it serves not one byte', async () => {
    const url = server.script('/empty', status(200), status(200), file(deck));
    const { end, bytes, slept } = await download(url, {
      freshLink: async () => ({ kind: 'link', link: url }),
    });
    expect(end).toEqual({ kind: 'complete' });
    expect(bytes.equals(deck)).toBe(true);
    expect(slept).toEqual([1, 1]);
  });

  it('is waited for as long as the host wants', async () => {
    const url = server.script('/accepted', status(202, { 'retry-after': '7' }), file(deck));
    const { end, slept } = await download(url, {
      freshLink: async () => ({ kind: 'link', link: url }),
    });
    expect({ end, slept }).toEqual({ end: { kind: 'complete' }, slept: [7] });
  });

  it('in the middle of a file does not lose what is here', async () => {
    const stale = server.script('/half', file(deck, { cutAt: 50_000 }), status(403));
    const fresh = server.script('/half-fresh', file(deck));
    const { bytes, begins } = await download(stale, {
      freshLink: async () => ({ kind: 'link', link: fresh }),
    });
    expect(begins).toEqual([0]);
    expect(bytes.equals(deck)).toBe(true);
    expect(ranges('/half-fresh')).toEqual(['bytes=50000-']);
  });

  it('is tried at growing pauses, and then left to the machine, which waits longer', async () => {
    const url = server.script('/late', status(404));
    const { end, slept } = await download(url, {
      freshLink: async () => ({ kind: 'link', link: url }),
    });
    expect(slept).toEqual([1, 1, 2, 4, 8]);
    expect(end).toMatchObject({ kind: 'late', waitMilliseconds: 16_000 });
  });

  it('has expired once the grace for late files is over, and not before', async () => {
    const url = server.script('/expired', status(403));
    const freshLink = async (): Promise<LinkOutcome> => ({ kind: 'link', link: url });
    const now = virtualClock().now();
    const near = await download(url, { freshLink, lateSince: now - 179_000 });
    // The last try is at the end of the grace.
    expect(near.slept).toEqual([1]);
    expect(near.end).toEqual({
      kind: 'failed',
      problem: {
        code: 'ExportLinkExpired',
        message: '127.0.0.1 answered 403 to the download link, and went on so for 180 s',
      },
    });
  });

  it('outlasts a provider that cannot be asked for a fresh one at the moment', async () => {
    const url = server.script('/hiccup', status(404), file(deck));
    const { end } = await download(url, {
      freshLink: async () => ({
        kind: 'none',
        problem: { code: 'ProviderUnavailable', message: 'down' },
        passes: true,
      }),
    });
    expect(end).toEqual({ kind: 'complete' });
  });

  it('ends the download where there is no fresh one', async () => {
    const url = server.script('/last', status(404));
    const none: LinkOutcome = {
      kind: 'none',
      problem: { code: 'GenerationNotFound', message: 'the provider forgot it' },
    };
    const message =
      '127.0.0.1 answered 404 to the download link, and there is no fresh one: the provider forgot it';
    expect((await download(url, { freshLink: async () => none })).end).toEqual({
      kind: 'failed',
      problem: { code: 'ExportLinkExpired', message },
    });
  });
});

describe('a download of an earlier invocation', () => {
  const resume = { offset: 60_000, validator: '"v1"', totalBytes: 100_000 };

  it('goes on at its byte', async () => {
    const url = server.script('/again', file(deck));
    const { bytes, begins } = await download(url, { resume });
    expect(begins).toEqual([60_000]);
    expect(bytes.equals(deck.subarray(60_000))).toBe(true);
  });

  it('starts over where the file has changed meanwhile', async () => {
    const url = server.script('/again-changed', file(deck, { etag: '"v2"' }));
    const { bytes, begins } = await download(url, { resume });
    expect(begins).toEqual([0]);
    expect(bytes.equals(deck)).toBe(true);
  });

  it('asks for nothing where all of it is here', async () => {
    const url = server.script('/done', file(deck));
    const { begins, end } = await download(url, { resume: { ...resume, offset: 100_000 } });
    expect({ begins, end }).toEqual({ begins: [100_000], end: { kind: 'complete' } });
    expect(ranges('/done')).toEqual([]);
  });

  it('learns from the server that all of it is here', async () => {
    const url = server.script('/done-416', file(deck));
    const { begins, end } = await download(url, { resume: { offset: 100_000, validator: '"v1"' } });
    expect({ begins, end }).toEqual({ begins: [100_000], end: { kind: 'complete' } });
  });
});

it('a consumer that stops early closes the connection', async () => {
  const closing = new EventEmitter();
  const closed = once(closing, 'close');
  const url = server.script('/stop', (request, response) => {
    response.on('close', () => closing.emit('close'));
    file(pdf(50_000_000))(request, response);
  });
  const clock = virtualClock();
  const steps = resumableDownload({
    openLink,
    clock,
    random: () => 0.5,
    link: url,
    freshLink: noFreshLink,
    maxBytes: 1e9,
    stopAt: clock.now() + 1000,
  });
  for await (const step of steps) if (step.kind === 'begin') break;
  await closed;
});

describe('the time that a download has left', () => {
  it('is that of opening its link, however many redirects there are, and 10 s at least', async () => {
    const url = server.script('/in-time', file(deck));
    const clock = virtualClock();
    const within: (number | undefined)[] = [];
    for (const seconds of [600, 30, 1]) {
      await download(url, {
        clock,
        stopAt: clock.now() + seconds * 1000,
        openLink: async (request) => {
          within.push(request.withinMilliseconds);
          return openLink(request);
        },
      });
    }
    expect(within).toEqual([600_000, 30_000, 10_000]);
  });

  it('ends a chain of redirects whose last one never answers', async () => {
    server.script('/chain-2', () => undefined);
    const url = server.script('/chain-1', redirect('/chain-2'));
    const { end } = await download(url, {
      // As little as 10 s of the clock would be: nobody waits that long here.
      openLink: async (request) => openLink({ ...request, withinMilliseconds: 200 }),
    });
    expect(end).toMatchObject({
      kind: 'late',
      problem: { message: '127.0.0.1: no answer in time' },
    });
  });
});
