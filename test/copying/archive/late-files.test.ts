import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Copy } from '../../../lambdas/contract/copy-state.ts';
import { ready, startCopyWorld, type CopyWorld } from '../../support/copy-world.ts';
import { pdf, pptx, sha256, zip } from '../../support/decks.ts';
import { file, status, type FileOptions, type FileServer } from '../../support/file-server.ts';

let world: CopyWorld;
beforeEach(async () => {
  world = await startCopyWorld();
});
afterEach(async () => world.server.close());

type Reply = Parameters<FileServer['script']>[1];

/** What a host says before the file has arrived everywhere. */
const notYet: [string, Reply][] = [
  ['404', status(404)],
  ['403', status(403)],
  ['401', status(401)],
  ['410', status(410)],
  ['202', status(202)],
  ['202 with Retry-After', status(202, { 'retry-after': '25' })],
  ['204', status(204)],
  ['200 without a byte', status(200)],
  [
    '200 with a page',
    status(200, { 'content-type': 'text/html' }, '<!doctype html><title>Preparing…</title>'),
  ],
  ['200 with a page that comes without a type', status(200, {}, '\n<html><body>Please wait')],
  [
    '200 with a page that loads itself anew',
    status(200, { refresh: '3', 'content-type': 'text/html' }, '<p>Please wait</p>'),
  ],
  ['200 with JSON', status(200, { 'content-type': 'application/json' }, '{"status":"processing"}')],
  [
    '200 with JSON that says nothing',
    status(200, { 'content-type': 'application/json' }, 'null\n'),
  ],
  [
    '200 with a page in UTF-16',
    (_request, response) => {
      response.writeHead(200).end(Buffer.from('\uFEFF<!DOCTYPE html><p>Please wait', 'utf16le'));
    },
  ],
  [
    '200 with a warning of PHP',
    status(200, {}, '<br />\n<b>Warning</b>:  fopen(deck): No such file in <b>/srv/get.php</b>'),
  ],
  [
    "200 with a storage service's error",
    status(200, {}, '<?xml version="1.0"?><Error><Code>NoSuchKey</Code></Error>'),
  ],
  [
    '200 with a text',
    status(200, { 'content-type': 'text/plain; charset=utf-8' }, 'Preparing your download…'),
  ],
];

/** The file is there after so many seconds of the clock. */
const lateBy = (seconds: number, before: Reply, after: Reply): string => {
  const from = world.clock.now() + seconds * 1000;
  return world.server.script('/late', (request, response) =>
    (world.clock.now() < from ? before : after)(request, response),
  );
};

describe.each(notYet)('a link that answers %s at first', (_, before) => {
  it('is waited for as long as a missing link, and then archived', async () => {
    const deck = pdf(3000);
    world.provider(ready([{ url: lateBy(170, before, file(deck)) }]));
    const { result } = await world.copyUntilDone();
    expect(result?.detailType).toBe('Generation Archived');
    expect(result?.detail.artifacts).toMatchObject([{ sha256: sha256(deck) }]);
    // Spread over the grace: neither a handful at the beginning nor one a second.
    expect(world.server.seen.length).toBeGreaterThan(5);
    expect(world.server.seen.length).toBeLessThan(20);
  });

  it('has a few seconds within one invocation', async () => {
    world.provider(ready([{ url: lateBy(6, before, file(pdf())) }]));
    const copy = await world.copyUntilDone();
    expect(copy.next).toBe('succeed');
  });

  it('has expired where it never serves a file, once the grace is over', async () => {
    const begun = world.clock.now();
    world.provider(ready([{ url: lateBy(Infinity, before, before) }]));
    const { result } = await world.copyUntilDone();
    expect(result?.detailType).toBe('Generation Not Archived');
    expect(['ExportLinkExpired', 'ExportInvalid']).toContain(result?.detail.error?.code);
    const seconds = (world.clock.now() - begun) / 1000;
    expect(seconds).toBeGreaterThanOrEqual(180);
    expect(seconds).toBeLessThan(240);
  });
});

it('a picture in markup is no page, and not waited for', async () => {
  const svg = file(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), {
    headers: { 'content-type': 'image/svg+xml' },
  });
  world.provider(ready([{ url: world.server.script('/cover', svg) }]));
  const { result } = await world.copy();
  expect(result?.detail.error).toEqual({
    code: 'ExportInvalid',
    message: 'the file is an XML document',
  });
});

/** Every answer of a copy, which the machine invokes until it is done. */
const rounds = async (): Promise<Copy[]> => {
  const answers: Copy[] = [];
  for (;;) {
    const answer = await world.copy({ progress: answers.at(-1)?.progress });
    answers.push(answer);
    if (answer.next !== 'more') return answers;
    world.clock.advance(answer.waitSeconds ?? 0);
  }
};

describe('a wait for a late file', () => {
  it("is the machine's where it is longer than some seconds, and tells no link", async () => {
    const url = lateBy(100, status(404), file(pdf()));
    world.provider(ready([{ url: `${url}?signature=planted` }]));
    const answers = await rounds();
    const waits = answers.slice(0, -1).map(({ waitSeconds }) => waitSeconds ?? 0);
    expect(waits.length).toBeGreaterThan(1);
    for (const wait of waits) expect(wait).toBeGreaterThan(10);
    expect(Math.max(...world.clock.slept)).toBeLessThanOrEqual(10);
    expect(JSON.stringify(answers)).not.toContain('planted');
  });

  it('is slept where the machine does not know of it and invokes the copy at once', async () => {
    world.provider(ready([{ url: lateBy(60, status(404), file(pdf())) }]));
    const first = await world.copy();
    expect(first.next).toBe('more');
    const before = world.clock.now();
    await world.copy({ progress: first.progress });
    expect((world.clock.now() - before) / 1000).toBeGreaterThan((first.waitSeconds ?? 0) - 1);
  });

  it('does not keep other files from being saved meanwhile', async () => {
    const late = lateBy(100, status(404), file(pptx(3000, 1)));
    const there = world.server.script('/there', file(pptx(4000, 2)));
    world.provider(
      ready([
        { url: late, variant: '1' },
        { url: there, variant: '2' },
      ]),
    );
    const [first, ...others] = await rounds();
    expect(Object.keys(first?.progress?.stored ?? {})).toEqual(['2']);
    expect(others.at(-1)?.result?.detail.artifacts).toHaveLength(2);
    expect(world.server.seen.filter(({ path }) => path === '/there')).toHaveLength(1);
  });

  it('keeps the parts of a file whose link goes dead in the middle', async () => {
    const deck = zip(30_000_000);
    const from = world.clock.now() + 60_000;
    let isFirst = true;
    const url = world.server.script('/half.zip', (request, response) => {
      const reply = isFirst
        ? file(deck, { cutAt: 20_000_000 })
        : world.clock.now() < from
          ? status(404)
          : file(deck);
      isFirst = false;
      reply(request, response);
    });
    world.provider(ready([{ url }]));
    const answers = await rounds();
    expect(answers[0]?.progress?.open?.bytes).toBeGreaterThan(0);
    expect(answers.at(-1)?.result?.detail.artifacts).toMatchObject([{ sha256: sha256(deck) }]);
    expect(world.server.seen.at(-1)?.headers.range).toMatch(/^bytes=\d+-$/);
    expect(world.store.openUploads()).toEqual([]);
  });

  it('comes to an end where a host begins again and again and never gets anywhere', async () => {
    let requests = 0;
    const url = world.server.script('/again', (request, response) => {
      requests += 1;
      (requests % 3 === 1 ? file(pdf(5000), { cutAt: 100, etag: null }) : status(404))(
        request,
        response,
      );
    });
    world.provider(ready([{ url }]));
    const { result } = await world.copyUntilDone();
    expect(result?.detailType).toBe('Generation Not Archived');
  });
});

describe('a status in which a file is still being made', () => {
  const whole = [
    { url: '/a', format: 'pdf' as const },
    { url: '/b', format: 'pptx' as const },
  ];
  const offer = (count: 1 | 2) =>
    ready(
      whole.slice(0, count).map(({ url, format }) => ({
        url: world.server.script(url, file(format === 'pdf' ? pdf() : pptx())),
        format,
      })),
      count === 1 ? { partial: true, unfinished: true } : {},
    );

  it('goes back to the checks within the grace', async () => {
    world.provider(offer(1));
    const memory = { exportPendingSince: '2026-11-20T10:01:00.000Z' };
    expect((await world.copy({ memory })).next).toBe('checkAgain');
  });

  it('is archived as far as it is there, once the grace or the deadline is over', async () => {
    world.provider(offer(1));
    const memory = { exportPendingSince: '2026-11-20T09:58:00.000Z' };
    expect((await world.copy({ memory })).result?.detailType).toBe('Generation Partially Archived');
    world.provider(offer(2));
    expect((await world.copy()).result?.detailType).toBe('Generation Archived');
  });
});

/** Serves the whole of a file, whatever becomes of it on the way, and never a part. */
const wholeOnly = (refusal: number, whole: () => Reply): string =>
  world.server.script('/deck.zip', (request, response) =>
    (request.headers.range === undefined ? whole() : status(refusal))(request, response),
  );

describe('a host in trouble', () => {
  it.each([500, 502, 503, 504, 520, 522, 525, 529, 530])(
    'that answers %i for two minutes serves the file afterwards',
    async (code) => {
      const deck = pdf(3000);
      world.provider(ready([{ url: lateBy(120, status(code), file(deck)) }]));
      const { result } = await world.copyUntilDone();
      expect(result?.detail.artifacts).toMatchObject([{ sha256: sha256(deck) }]);
      expect(world.server.seen.length).toBeLessThan(20);
    },
  );

  it('that breaks off every connection for two minutes loses nothing of what is there', async () => {
    const deck = pdf(3000);
    world.provider(ready([{ url: lateBy(120, file(deck, { cutAt: 0 }), file(deck)) }]));
    const { result } = await world.copyUntilDone();
    expect(result?.detail.artifacts).toMatchObject([{ sha256: sha256(deck) }]);
  });

  it.each<[string, FileOptions]>([
    ['tells no version', { etag: null }],
    ['tells a weak one', { etag: 'W/"v1"' }],
    ['tells one without its marks', { etag: 'v1' }],
    ['takes no ranges', { headers: { 'accept-ranges': 'none' } }],
    ['knows no ranges', { ranges: false }],
    ['tells no version, and sends chunks', { etag: null, framing: 'chunked' }],
  ])(
    'that %s, and breaks off in the middle for two minutes, is waited for, too',
    async (_, options) => {
      const deck = pdf(30_000);
      const broken = file(deck, { ...options, cutAt: 20_000 });
      world.provider(ready([{ url: lateBy(120, broken, file(deck, options)) }]));
      const { result } = await world.copyUntilDone();
      expect(result?.detail.artifacts).toMatchObject([{ sha256: sha256(deck) }]);
      expect(world.server.seen.length).toBeLessThan(25);
    },
  );

  it.each([400, 403, 404, 405, 500, 503])(
    'that answers %i to every request for a part serves the whole in the end',
    async (refusal) => {
      const deck = zip(30_000_000);
      const replies = [file(deck, { cutAt: 20_000_000 }), file(deck)];
      world.provider(ready([{ url: wholeOnly(refusal, () => replies.shift() ?? file(deck)) }]));
      const begun = world.clock.now();
      const { result } = await world.copyUntilDone();
      expect(result?.detail.artifacts).toMatchObject([{ sha256: sha256(deck) }]);
      expect((world.clock.now() - begun) / 1000).toBeLessThan(240);
      expect(world.store.openUploads()).toEqual([]);
    },
  );

  it.each([3000, 30_000_000])(
    'that never sends the end, and no part, is given up when the grace is over (%i bytes)',
    async (bytes) => {
      const deck = zip(bytes);
      const url = wholeOnly(403, () => file(deck, { cutAt: bytes / 2 }));
      world.provider(ready([{ url }], { deckId: 'g_1' }));
      const begun = world.clock.now();
      const { result } = await world.copyUntilDone({ generation: { exportAs: ['png'] } });
      // The link has not expired: another file is not paid for.
      expect(result?.detail.error?.code).toBe('DownloadFailed');
      expect((world.clock.now() - begun) / 1000).toBeLessThan(300);
      expect(world.store.openUploads()).toEqual([]);
    },
  );

  it('that breaks off in the middle for ever is given up when the grace is over', async () => {
    const begun = world.clock.now();
    const broken = file(pdf(30_000), { etag: null, cutAt: 20_000 });
    world.provider(ready([{ url: lateBy(Infinity, broken, broken) }]));
    const { result } = await world.copyUntilDone();
    expect(result?.detail.error).toEqual({
      code: 'DownloadFailed',
      message:
        'the connection to 127.0.0.1 broke off, and the server cannot go on where it stopped, and went on so for 180 s',
    });
    expect((world.clock.now() - begun) / 1000).toBeLessThan(240);
    expect(world.server.seen.length).toBeLessThan(25);
    expect(world.store.openUploads()).toEqual([]);
  });

  it.each([
    [429, '1200'],
    [503, '3600'],
    [503, '90'],
  ])('that answers %i and "come back in %s s" is believed', async (code, seconds) => {
    const late = lateBy(Number(seconds), status(code, { 'retry-after': seconds }), file(pdf()));
    world.provider(ready([{ url: late }]));
    const { result } = await world.copyUntilDone();
    expect(result?.detailType).toBe('Generation Archived');
    expect(world.server.seen).toHaveLength(2);
  });

  it('that asks for patience without an end is given up after an hour', async () => {
    const begun = world.clock.now();
    world.provider(
      ready([{ url: lateBy(Infinity, status(503, { 'retry-after': '900' }), status(404)) }]),
    );
    const { result } = await world.copyUntilDone();
    expect(result?.detail.error).toMatchObject({ code: 'DownloadFailed' });
    const seconds = (world.clock.now() - begun) / 1000;
    expect(seconds).toBeGreaterThanOrEqual(3600);
    expect(seconds).toBeLessThan(3700);
  });

  it.each([304, 412, 417, 501])(
    'that answers %i to ranges is asked for all of it',
    async (code) => {
      const deck = pdf(100_000);
      const whole = file(deck);
      const url = world.server.script('/deck', file(deck, { cutAt: 50_000 }), (request, response) =>
        (request.headers.range === undefined ? whole : status(code))(request, response),
      );
      world.provider(ready([{ url }]));
      const { result } = await world.copyUntilDone();
      expect(result?.detail.artifacts).toMatchObject([{ sha256: sha256(deck) }]);
      expect(world.server.seen).toHaveLength(3);
    },
  );
});
