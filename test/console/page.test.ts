import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createPage } from '../../console/page/app.ts';
import {
  archivedFile,
  archiveOf,
  fakeBackend,
  noon,
  seenOf,
  type Held,
} from './support/fake-backend.ts';

const token = 'the-token-of-the-tests';
const csrf = 'the-proof-of-the-tests';
const host = '127.0.0.1:4711';
const origin = `http://${host}`;

const pageOver = (held: Held) => {
  const { backend, sent, resent } = fakeBackend(held);
  const app = createPage({
    backend,
    token,
    csrf,
    port: () => 4711,
    now: () => noon,
    explain: (error) => (error instanceof Error ? error.message : undefined),
  });
  const get = async (path: string, headers: Record<string, string> = {}) =>
    app.request(`${origin}${path}`, { headers: { host, ...headers } });
  const post = async (
    path: string,
    fields: Record<string, string>,
    headers: Record<string, string> = {},
  ) =>
    app.request(`${origin}/${token}${path}`, {
      method: 'POST',
      headers: { host, origin, 'sec-fetch-site': 'same-origin', ...headers },
      body: new URLSearchParams(fields),
    });
  return { get, post, sent, resent };
};

const failed = seenOf(1, {
  standing: 'NotArchived',
  error: { code: 'DownloadFailed', message: 'the host broke off' },
});
const requested = seenOf(2, {
  generationId: '',
  requestId: 'order-7',
  standing: 'NotStarted',
  error: { code: 'InsufficientCredits', message: 'no credits' },
  trigger: {
    credential: 'default',
    metadata: {},
    requestedAt: noon,
    deadline: noon + 60_000,
    eventId: 'x',
    request: { inputText: 'Bread' },
  },
});
const { generationId: _, ...unstarted } = requested;

const file = (format: string) => archivedFile(format, { contentType: 'text/html', bytes: 8 });
const archive = archiveOf(file('pdf'), file('pptx'));

describe('the page lets in', () => {
  const { get, post, sent } = pageOver({ all: [failed] });

  it('whoever has the token and speaks to this machine by its own name', async () => {
    for (const name of ['127.0.0.1:4711', 'localhost:4711', '[::1]:4711'])
      expect((await get(`/${token}/`, { host: name })).status, name).toBe(200);
  });

  it.each([
    '/',
    '/wrong/',
    `/${token}x/`,
    `/${token.slice(0, -1)}/`,
    '//',
    `/x/${token}/`,
    `/?token=${token}`,
  ])('nobody without it: %s', async (path) => {
    const answer = await get(path);
    expect(answer.status).toBe(404);
    expect(await answer.text()).toBe('Not found.');
  });

  it.each([
    'evil.example',
    'evil.example:4711',
    '127.0.0.1:80',
    '127.0.0.1',
    'localhost.evil.example:4711',
    '127.0.0.1.evil.example:4711',
    '0.0.0.0:4711',
    '',
  ])('nobody who came by another name, as in DNS rebinding: %j', async (name) => {
    expect((await get(`/${token}/`, { host: name })).status).toBe(421);
    expect(
      (await post('/retry', { csrf, provider: 'gamma', id: 'generation-1' }, { host: name }))
        .status,
    ).toBe(421);
  });

  it.each([
    ['another origin', {}, { origin: 'http://evil.example' }],
    ['another port of this machine', {}, { origin: 'http://127.0.0.1:80' }],
    ['an origin that is hidden', {}, { origin: 'null' }],
    ['another site', {}, { 'sec-fetch-site': 'cross-site' }],
    ['another port, as the browser says', {}, { 'sec-fetch-site': 'same-site' }],
    ['a form without its proof', { csrf: '' }, {}],
    ['a form with a wrong proof', { csrf: 'guessed' }, {}],
  ])('no form of %s', async (__, fields, headers) => {
    const answer = await post(
      '/retry',
      { csrf, provider: 'gamma', id: 'generation-1', ...fields },
      headers,
    );
    expect([answer.status, sent]).toEqual([403, []]);
  });

  it('no form without an origin, no other method, and no form that is larger than forms are', async () => {
    expect((await post('/retry', { csrf }, { origin: '' })).status).toBe(403);
    expect((await post('/retry', { csrf, id: 'x'.repeat(20_000) })).status).toBe(413);
  });

  it('changes nothing by a GET', async () => {
    for (const path of [
      '/retry',
      `/retry?csrf=${csrf}&provider=gamma&id=generation-1`,
      '/dead-letters',
      '/',
    ])
      await (await get(`/${token}${path}`)).text();
    expect(sent).toEqual([]);
  });

  it('with headers that let nothing else run, frame or learn of it', async () => {
    const { headers } = await get(`/${token}/`);
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    );
    expect(
      Object.fromEntries(
        ['referrer-policy', 'x-content-type-options', 'x-frame-options', 'cache-control'].map(
          (name) => [name, headers.get(name)],
        ),
      ),
    ).toEqual({
      'referrer-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'cache-control': 'no-store',
    });
    expect(headers.get('access-control-allow-origin')).toBeNull();
  });
});

const hostile = z
  .array(z.string())
  .parse(JSON.parse(readFileSync('test/fixtures/console/hostile.json', 'utf8')));

/** The tags of a page with the names of their attributes; a text between tags is none. */
const tagsIn = (text: string): string[] =>
  [...text.matchAll(/<(?<tag>\/?[a-z!][^\s/>]*)(?<attributes>(?:"[^"]*"|[^>"])*)>/gi)].map(
    ({ groups }) =>
      [
        groups?.['tag'],
        ...((groups?.['attributes'] ?? '').replaceAll(/"[^"]*"/g, '""').match(/[^\s=/]+(?==)/g) ??
          []),
      ].join(' '),
  );

const holding = (text: string): Held => ({
  all: [
    seenOf(0, {
      provider: text,
      generationId: text,
      standing: 'NotArchived',
      error: { code: text, message: text },
      trigger: {
        credential: text,
        metadata: { [text]: text },
        requestedAt: noon,
        deadline: noon,
        eventId: text,
        exportAs: [text],
      },
    }),
    seenOf(3, { standing: 'Running', generationId: text }),
  ],
  progress: new Map([[seenOf(3).execution, { says: text, progress: 0.5 }]]),
  story: [{ at: noon, what: text, detail: text }],
  archive: {
    ...archive,
    files: [{ ...file('pdf'), key: text, sha256: text, contentType: text }],
  },
  letters: [
    {
      id: text,
      detailType: text,
      provider: text,
      about: text,
      sentAt: text,
      consequence: 'none',
      reason: text,
    },
  ],
});
const paths = (text: string): string[] => {
  const encoded = encodeURIComponent(text);
  return [
    '/',
    `/?provider=${encoded}&which=${encoded}&since=${encoded}&from=${encoded}`,
    `/?metadata=x%3D${encoded}`,
    '/part/running',
    `/generation/${encoded}/${encoded}`,
    '/dead-letters',
  ];
};

const shapes = async (text: string): Promise<string[][]> => {
  const { get } = pageOver(holding(text));
  const all: string[][] = [];
  for (const path of paths(text)) all.push(tagsIn(await (await get(`/${token}${path}`)).text()));
  return all;
};

describe('a hostile text', () => {
  it(
    'is none of thirty and more that become a tag or an attribute anywhere',
    { timeout: 60_000 },
    async () => {
      expect(hostile.length).toBeGreaterThan(30);
      const harmless = await shapes('harmless');
      expect(harmless.flat().length).toBeGreaterThan(100);
      for (const text of hostile) expect(await shapes(text), text).toEqual(harmless);
    },
  );

  it('is found by that comparison where it is not escaped', () => {
    expect(tagsIn('<p><img src="x" onerror="alert(1)"></p>')).toEqual([
      'p',
      'img src onerror',
      '/p',
    ]);
  });
});

const underWay = (count: number) =>
  pageOver({
    all: Array.from({ length: count }, (__, at) => seenOf(at, { standing: 'Running' })),
  });

describe('the page shows', () => {
  it('what is under way with progress bars that say what they are of', async () => {
    const running = seenOf(0, { standing: 'Running' });
    const { get } = pageOver({
      all: [running],
      progress: new Map([[running.execution, { says: 'working', progress: 0.42, checks: 7 }]]),
    });
    const text = await (await get(`/${token}/part/running`)).text();
    expect(text).toContain(
      '<progress aria-label="progress of gamma generation-0" max="100" value="42"></progress>',
    );
    expect(text).toContain('working');
  });

  it('a hundred of those that are under way, and that there are more', async () => {
    const hundred = await (await underWay(100).get(`/${token}/part/running`)).text();
    expect([hundred.match(/<li /g)?.length, hundred.includes('there are more')]).toEqual([
      100,
      false,
    ]);
    const more = await (await underWay(101).get(`/${token}/part/running`)).text();
    expect([more.match(/<li /g)?.length, more.includes('there are more')]).toEqual([100, true]);
  });

  it('the rest where one has an id that is no text', async () => {
    const { get } = pageOver({ all: [seenOf(0, { generationId: 'half \uD83D' }), seenOf(1)] });
    const text = await (await get(`/${token}/`)).text();
    expect(text).toContain('>half</a>');
    expect(text).toContain('generation-1</a>');
  });

  it('10,000 generations, fifty at a time, each once', { timeout: 60_000 }, async () => {
    const { get } = pageOver({ all: Array.from({ length: 10_000 }, (__, index) => seenOf(index)) });
    let path: string | undefined = `/${token}/`;
    const shown: string[] = [];
    let pages = 0;
    while (path !== undefined && pages < 5) {
      const text: string = await (await get(path)).text();
      shown.push(...[...text.matchAll(/>(generation-\d+)<\/a>/g)].map(([, id = '']) => id));
      path = /rel="next" href="([^"]+)"/.exec(text)?.[1]?.replaceAll('&amp;', '&');
      pages += 1;
    }
    expect(shown).toEqual(Array.from({ length: 250 }, (__, index) => `generation-${index}`));
  });

  it('why one failed, what to do, and a button; where it may be paid, only with a tick', async () => {
    const { get } = pageOver({ all: [failed, unstarted] });
    const text = await (await get(`/${token}/`)).text();
    expect(text).toContain('the host broke off');
    expect(text).toContain('aria-label="Send gamma generation-1 again"');
    expect(text).toMatch(
      /name="paid" value="yes" required \/> The provider may charge for a new generation/,
    );
    expect(text.match(/required/g)).toHaveLength(1);
    expect(text).toContain('about $1.23');
  });

  it('that AWS refuses, in place of what it refused, with the rest of the page', async () => {
    const { get } = pageOver({
      refusal: new Error('AWS refuses it: the permission states:ListExecutions is missing'),
    });
    const text = await (await get(`/${token}/`)).text();
    expect(text).toContain(
      '<p role="alert" class="alert">AWS refuses it: the permission states:ListExecutions is missing</p>',
    );
    expect(text).toContain('about $1.23');
  });

  it('a PDF in a frame, and everything else for download only, whatever type it claims', async () => {
    const { get } = pageOver({ all: [seenOf(0)], archive, body: Buffer.from('%PDF-1.7') });
    const text = await (await get(`/${token}/generation/gamma/generation-0`)).text();
    expect(text).toContain(
      `<iframe title="The deck" src="/${token}/generation/gamma/generation-0/file/0">`,
    );
    const pdf = await get(`/${token}/generation/gamma/generation-0/file/0`);
    expect([
      pdf.headers.get('content-type'),
      pdf.headers.get('content-disposition'),
      await pdf.text(),
    ]).toEqual(['application/pdf', 'inline; filename="presentation.pdf"', '%PDF-1.7']);
    expect(pdf.headers.get('content-security-policy')).toContain("frame-ancestors 'self'");
    const pptx = await get(`/${token}/generation/gamma/generation-0/file/1`);
    expect([pptx.headers.get('content-type'), pptx.headers.get('content-disposition')]).toEqual([
      'application/octet-stream',
      'attachment; filename="presentation.pptx"',
    ]);
    expect((await get(`/${token}/generation/gamma/generation-0/file/9`)).status).toBe(404);
  });

  it('no signed link, anywhere', async () => {
    const { get } = pageOver({ all: [seenOf(0)], archive });
    for (const path of ['/', '/generation/gamma/generation-0'])
      expect(await (await get(`/${token}${path}`)).text()).not.toContain('signature');
  });
});

describe('a form of the page', () => {
  it('sends a generation again', async () => {
    const { post, sent } = pageOver({ all: [failed] });
    expect(
      await (await post('/retry', { csrf, provider: 'gamma', id: 'generation-1' })).text(),
    ).toContain('Sent again.');
    expect(sent).toEqual([
      {
        detailType: 'Generation Started',
        detail: {
          provider: 'gamma',
          generationId: 'generation-1',
          credential: 'default',
          metadata: {},
          timeoutMinutes: 60,
        },
      },
    ]);
  });

  it('starts nothing that may be paid without the tick', async () => {
    const { post, sent } = pageOver({ all: [unstarted] });
    expect(
      await (await post('/retry', { csrf, provider: 'gamma', id: 'order-7' })).text(),
    ).toContain('Nothing was sent');
    expect(sent).toEqual([]);
  });

  it('sends a dead letter again', async () => {
    const { post, resent } = pageOver({
      letters: [{ id: 'letter-1', detailType: 'Generation Started', consequence: 'none' }],
    });
    expect(await (await post('/dead-letters', { csrf, id: 'letter-1' })).text()).toContain(
      'Sent again.',
    );
    expect(await (await post('/dead-letters', { csrf, id: 'letter-2' })).text()).toContain(
      'not in the queue any more',
    );
    expect(resent).toEqual(['letter-1']);
  });
});
