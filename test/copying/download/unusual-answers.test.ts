import type { ServerResponse } from 'node:http';
import * as zlib from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ready, startCopyWorld, type CopyWorld } from '../../support/copy-world.ts';
import { pdf, sha256, zip } from '../../support/decks.ts';
import { file, type FileOptions, type Reply } from '../../support/file-server.ts';

let world: CopyWorld;
beforeEach(async () => {
  world = await startCopyWorld();
});
afterEach(async () => world.server.close());

const { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } = zlib;

const deck = pdf(100_000);

const copyFrom = async (...replies: readonly Reply[]) => {
  world.provider(ready([{ url: world.server.script('/deck', ...replies) }]));
  return world.copyUntilDone({ generation: { refresh: true } });
};

const offsetOf = (range: string | undefined): number =>
  Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);

interface Part {
  /** Bytes of a part, at most. */
  readonly bytes?: number;
  readonly range?: (first: number, last: number) => string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly beyond?: (response: ServerResponse) => void;
}

/** Answers every request with a part of the file, whether a part was asked for or not. */
const inParts =
  (of: Buffer, part: Part = {}): Reply =>
  (request, response) => {
    const first = offsetOf(request.headers.range);
    if (first >= of.length) {
      if (part.beyond === undefined)
        response.writeHead(416, { 'content-range': `bytes */${of.length}` }).end();
      else part.beyond(response);
      return;
    }
    const last = Math.min(first + (part.bytes ?? of.length), of.length) - 1;
    const range = part.range?.(first, last) ?? `bytes ${first}-${last}/${of.length}`;
    response
      .writeHead(206, { etag: '"v1"', 'content-range': range, ...part.headers })
      .end(of.subarray(first, last + 1));
  };

const unknownTotal = (first: number, last: number): string => `bytes ${first}-${last}/*`;

const hundred: Part = { bytes: 100, range: unknownTotal };

/** A hundred bytes behind the break, and then nothing any more. */
const stuck: Reply = (request, response) => {
  if (offsetOf(request.headers.range) === 505) return inParts(deck, hundred)(request, response);
  response.writeHead(503).end();
};

const isArchived = async (...replies: readonly Reply[]): Promise<void> => {
  const { result } = await copyFrom(...replies);
  expect(result?.detail.error).toBeUndefined();
  expect(result?.detail.artifacts).toMatchObject([{ bytes: deck.length, sha256: sha256(deck) }]);
};

describe('a file host that answers in another way than it is asked', () => {
  it.each<[string, Reply]>([
    ['206 with all of the file', inParts(deck)],
    ['206 with all of the file, and not how long it is', inParts(deck, { range: unknownTotal })],
    ['206 with a part of the file at a time', inParts(deck, { bytes: 30_000 })],
    [
      '206 with a part at a time, and not how long the file is',
      inParts(deck, { bytes: 30_000, range: unknownTotal }),
    ],
    ['206 without a word on what it is', inParts(deck, { range: () => 'items 1-2/3' })],
    [
      'another spelling of the range',
      inParts(deck, {
        bytes: 40_000,
        range: (first, last) => ` BYTES = ${first} - ${last} / ${deck.length} `,
      }),
    ],
    [
      '203, as a proxy does',
      (_request, response) => {
        response.writeHead(203, { 'content-length': String(deck.length) }).end(deck);
      },
    ],
  ])('%s: the deck arrives whole', async (_, reply) => {
    await isArchived(reply);
  });

  const inBase64 = deck.toString('base64');

  it.each<[string, string, FileOptions]>([
    ['as one line', inBase64, {}],
    ['in lines, as mail has it', inBase64.replaceAll(/.{76}/g, '$&\r\n'), {}],
    ['as a text of JSON', JSON.stringify(inBase64), { headers: { 'content-type': 'text/json' } }],
    ['for links', deck.toString('base64url'), {}],
    ['in chunks', inBase64, { framing: 'chunked' }],
    ['until its connection ends', inBase64, { framing: 'close' }],
  ])('sends a file in base64 %s: it is that file', async (_, text, options) => {
    await isArchived(file(Buffer.from(text), options));
  });

  it('breaks off within a file in base64: the whole is fetched again', async () => {
    const text = Buffer.from(inBase64);
    await isArchived(file(text, { cutAt: 50_000 }), file(text));
    const short = file(text.subarray(0, 80_000), { framing: 'close' });
    await isArchived(short, file(text));
  });

  it.each(['JVBERi0xLjQ is how a PDF begins in base64', 'JVBERi0xLjcK', 'UEsDB'])(
    'sends a text that only begins like one: %s',
    async (text) => {
      const { result } = await copyFrom(file(Buffer.from(text)));
      expect(result?.detail.error?.code).toBe('ExportInvalid');
    },
  );

  it('goes on behind a part only while it is the same file', async () => {
    const changed = pdf(100_000, 9);
    const { result } = await copyFrom(
      inParts(deck, { bytes: 40_000 }),
      file(changed, { etag: '"v2"' }),
    );
    expect(result?.detail.artifacts).toMatchObject([{ sha256: sha256(changed) }]);
  });

  it('sends parts without anything to tell versions by: nothing is put together from them', async () => {
    const parts = inParts(deck, { bytes: 40_000, headers: { etag: 'W/"v1"' } });
    const { result } = await copyFrom(parts);
    expect(result?.detail.error?.code).toBe('DownloadFailed');
    expect([...world.store.stored.keys()]).toEqual([]);
  });
});

describe('a part whose host does not tell how long the file is', () => {
  const broken = file(deck, { cutAt: 505, framing: 'chunked' });

  it('is not taken for the end: what follows is asked for', async () => {
    await isArchived(broken, inParts(deck, hundred), inParts(deck, { range: unknownTotal }));
  });

  it('is the end where the host says that nothing follows', async () => {
    const { result } = await copyFrom(broken, inParts(deck, { range: unknownTotal }));
    expect(result?.detail.artifacts).toMatchObject([{ sha256: sha256(deck) }]);
    expect(world.server.seen.map(({ headers }) => headers.range)).toEqual([
      undefined,
      'bytes=505-',
      'bytes=100000-',
    ]);
  });

  const silent: Part = {
    range: unknownTotal,
    beyond: (response) => void response.writeHead(416).end(),
  };

  it('is judged by its last bytes where the host never says', async () => {
    await isArchived(broken, inParts(deck, silent));
  });

  it('is no deck where its last bytes are those of none', async () => {
    const shorter = deck.subarray(0, 60_000);
    const { result } = await copyFrom(
      file(shorter, { cutAt: 505, framing: 'chunked' }),
      inParts(shorter, silent),
    );
    expect(result?.detail.error).toMatchObject({
      code: 'ExportInvalid',
      message: 'the file ends before the end of a PDF file',
    });
  });

  it('is judged by its last bytes where the host fails whenever more is asked for', async () => {
    const failing: Part = {
      range: unknownTotal,
      beyond: (response) => void response.writeHead(500).end(),
    };
    await isArchived(broken, inParts(deck, failing));
  });

  it('is never complete 100 bytes behind the break, as the file of 605 bytes would be', async () => {
    const { result } = await copyFrom(broken, stuck);
    expect(result?.detailType).toBe('Generation Not Archived');
    expect([...world.store.stored.keys()]).toEqual([]);
  });
});

const wrapped: Reply = (_, response) => {
  const range = `Content-Range: bytes 0-${deck.length - 1}/${deck.length}`;
  response.writeHead(206, { 'content-type': 'multipart/byteranges; boundary=b' });
  response.end(
    Buffer.concat([Buffer.from(`--b\r\n${range}\r\n\r\n`), deck, Buffer.from('\r\n--b--')]),
  );
};

const unended =
  (bytes: Buffer, more: Readonly<Record<string, string>>): Reply =>
  (request, response) => {
    if (request.headers.range !== undefined) return void response.writeHead(416).end();
    response.writeHead(200, { 'transfer-encoding': 'chunked', ...more });
    response.write(bytes, () => response.destroy());
  };

describe('a transfer in chunks whose last one never comes', () => {
  const decks = [pdf(100_000), zip(60_000), pdf(900)];
  const headers: readonly Readonly<Record<string, string>>[] = [
    {},
    { etag: 'W/"v1"' },
    { etag: '"v1"', 'accept-ranges': 'none' },
    { etag: '"v1"' },
  ];

  it.each(headers)('is whole where it ends twice at the end of a file: %j', async (more) => {
    for (const whole of decks) {
      const { length } = world.server.seen;
      const { result } = await copyFrom(unended(whole, more));
      expect(result?.detail.artifacts).toMatchObject([{ sha256: sha256(whole) }]);
      expect(world.server.seen.length - length).toBeLessThan(5);
    }
  });

  it('is not where it ends within the file', async () => {
    const { result } = await copyFrom(unended(deck.subarray(0, 60_000), {}));
    expect(result?.detail.error?.code).toBe('DownloadFailed');
    expect([...world.store.stored.keys()]).toEqual([]);
  });

  it('is not where it ended once, and the rest comes', async () => {
    const longer = Buffer.concat([deck, pdf(50_000)]);
    await copyFrom(unended(deck, {}), unended(longer, {}), file(longer));
    expect([...world.store.stored.values()].some(({ body }) => longer.equals(body))).toBe(true);
  });
});

describe('parts that come wrapped', () => {
  it('are not taken for the file', async () => {
    const { result } = await copyFrom(wrapped);
    expect(result?.detail.error).toMatchObject({ code: 'DownloadFailed' });
    expect([...world.store.stored.keys()]).toEqual([]);
  });

  it('are passed over for the file itself', async () => {
    await isArchived(wrapped, file(deck));
  });
});

describe('a header that says "encoded" of a file that is not', () => {
  it.each(['utf-8', 'none', 'binary', 'identity', 'aws-chunked', 'aws-chunked, utf-8', '', '8bit'])(
    'is passed over: %s',
    async (encoding) => {
      await isArchived(file(deck, { headers: { 'content-encoding': encoding } }));
    },
  );

  it.each(['gzip', 'GZIP', 'x-gzip', 'deflate', 'br', 'zstd', 'compress', 'aws-chunked, gzip'])(
    'is passed over where it names a compression, and the bytes show none: %s',
    async (encoding) => {
      const headers = { 'content-encoding': encoding };
      await isArchived(file(deck, { headers }));
      const { length } = world.server.seen;
      await isArchived(file(deck, { headers, cutAt: 40_000 }), file(deck, { headers }));
      expect(world.server.seen.slice(length).map((asked) => asked.headers.range)).toEqual([
        undefined,
        'bytes=40000-',
      ]);
      for (const whole of [zip(9000), Buffer.concat([Buffer.from('\uFEFF\r\n'), deck])]) {
        const { result } = await copyFrom(file(whole, { headers }));
        expect(result?.detail.artifacts).toMatchObject([{ sha256: sha256(whole) }]);
      }
    },
  );

  it.each([
    ['gzip', gzipSync(deck)],
    ['x-gzip', gzipSync(deck)],
    ['deflate', deflateSync(deck)],
    ['deflate', deflateRawSync(deck)],
    ['br', brotliCompressSync(deck)],
    ['gzip, br', brotliCompressSync(gzipSync(deck))],
    ['deflate', gzipSync(deck)],
  ])('is true: what comes as %s is unpacked', async (encoding, packed) => {
    const headers = { 'content-encoding': encoding };
    await isArchived(file(packed, { headers }));
    await isArchived(file(packed, { headers, framing: 'chunked', etag: null }));
    await isArchived(file(packed, { headers, cutAt: 30_000 }), file(packed, { headers }));
  });

  it.each<readonly [string, Buffer]>([
    ['gzip', gzipSync(deck)],
    ['gzip within gzip', gzipSync(gzipSync(deck))],
    ...('zstdCompressSync' in zlib ? [['zstd', zlib.zstdCompressSync(deck)] as const] : []),
  ])('is missing where the file comes compressed: %s is unpacked', async (_, packed) => {
    await isArchived(file(packed));
    await isArchived(file(packed, { headers: { 'content-type': 'application/pdf' } }));
    await isArchived(file(packed, { headers: { 'content-encoding': 'binary' } }));
    await isArchived(file(packed, { cutAt: 30_000 }), file(packed));
    await isArchived(file(packed, { cutAt: 3 }), file(packed));
  });

  it.each<readonly [string, Buffer, RegExp]>([
    ['no deck', gzipSync(Buffer.alloc(9000, 7)), /neither a PDF .*07070707/],
    ['a page', gzipSync('<!doctype html><title>Wait'), /an HTML page/],
    ['what only looks like zlib', Buffer.alloc(9000, '789c', 'hex'), /neither a PDF .*789c789c/],
  ])('is missing, and the file is refused with %s in it', async (_, packed, message) => {
    const { result } = await copyFrom(file(packed));
    expect(result?.detail.error).toMatchObject({ code: 'ExportInvalid' });
    expect(result?.detail.error?.message).toMatch(message);
    expect([...world.store.stored.keys()]).toEqual([]);
  });

  it('is true of what is too large once it is unpacked', async () => {
    const packed = gzipSync(Buffer.concat([deck, Buffer.alloc(5_000_000)]));
    world.provider(
      ready([
        {
          url: world.server.script(
            '/deck',
            file(packed, { headers: { 'content-encoding': 'gzip' } }),
          ),
        },
      ]),
    );
    const { result } = await world.copyUntilDone({ maxBytes: 1_000_000 });
    expect(result?.detail.error?.code).toBe('ExportTooLarge');
    expect([...world.store.stored.keys()]).toEqual([]);
  });

  it.each([
    ['breaks off every time', gzipSync(deck).subarray(0, 40_000)],
    ['is damaged', Buffer.concat([gzipSync(deck).subarray(0, 40_000), Buffer.alloc(40_000, 7)])],
  ])('is true of what %s: nothing of it is stored', async (_, packed) => {
    const { result } = await copyFrom(file(packed, { headers: { 'content-encoding': 'gzip' } }));
    expect(result?.detailType).toBe('Generation Not Archived');
    expect([...world.store.stored.keys()]).toEqual([]);
    expect(world.store.openUploads()).toEqual([]);
  });
});

describe('a deck in another form than the usual ones', () => {
  it('is stored as what it is, under its own extension and media type', async () => {
    const png = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(3000)]);
    world.provider(ready([{ url: world.server.script('/card', file(png)), format: 'zip' }]));
    const { result } = await world.copy();
    expect(result?.detail.artifacts).toMatchObject([{ format: 'png', contentType: 'image/png' }]);
    const key = result?.detail.artifacts?.[0]?.key ?? '';
    expect(key).toMatch(/presentation\.png$/);
    // Again: it is there.
    const before = world.server.seen.length;
    await world.copy();
    expect(world.server.seen).toHaveLength(before);
  });

  it('is no obstacle where it comes slowly and tells late what it is', async () => {
    const late = zip(200_000, 'customXml/item1.xml');
    const { result } = await copyFrom(file(late, { framing: 'chunked' }));
    expect(result?.detail.artifacts).toMatchObject([{ format: 'zip', sha256: sha256(late) }]);
  });
});
