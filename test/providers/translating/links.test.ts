import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isHttpLink } from '../../../lambdas/providers/translating/http-link.ts';
import { redactLinks, reduceLinksInText } from '../../../lambdas/providers/translating/links.ts';

describe('a signed link in a text', () => {
  it.each([
    ['X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AK%2F1&X-Amz-Signature=hush'],
    ['x-amz-security-token=hush'],
    ['X-Goog-Algorithm=GOOG4&X-Goog-Signature=hush'],
    ['GoogleAccessId=a@b.iam&Expires=1&Signature=hush'],
    ['Expires=1&Policy=hush&Key-Pair-Id=K1'],
    ['sv=2024&sr=b&sp=r&se=2026-01-01&sig=hush'],
    ['token=hush'],
    ['v=1&TOKEN=hush'],
    ['access_token=hush'],
    ['jwt=hush'],
    ['key=hush'],
    ['api_key=hush'],
    ['apikey=hush'],
    ['api-key=hush'],
    ['auth=hush'],
    ['client_secret=hush'],
    ['password=hush'],
    ['a=1;signature=hush'],
    ['a=1&amp;signature=hush'],
    [String.raw`a=1\u0026signature=hush`],
    ['X%2DAmz%2DSignature=hush'],
    ['params[token]=hush'],
    ['src=https%3A%2F%2Fs3.example%2Fdeck.pptx%3FX-Amz-Signature%3Dhush'],
    ['src=https%253A%252F%252Fs3.example%252Fdeck.pptx%253Fsig%253Dhush'],
    ['src=https://s3.example/deck.pptx?sig=hush'],
    ['UniqueId=1&Translate=false&tempauth=v1.hush'],
    ['resid=A&authkey=hush'],
    ['rlkey=hush&dl=1'],
    ['resourcekey=hush'],
    ['hdnts=exp=1~acl=/*~hmac=hush'],
    ['hdnea=st=1~exp=2~acl=/*~hmac=hush'],
    ['__gda__=1_hush'],
    ['ex=65&is=66&hm=0123456789abcdef01234567&'],
    ['oh=00_AfAbCdEfGhIjKlMnOp&oe=65'],
    ['w=10&s=0123456789abcdef0123456789abcdef'],
    ['_upt=hush'],
    ['md5=hush&e=1'],
    ['verify=1700-hush'],
    ['sas=hush'],
    ['_vercel_share=hush'],
    ['_vercel_jwt=hush'],
    ['wmsAuthSign=hush'],
    ['a=eyJhbGciOiJIUzI1.eyJzdWIiOiIxMjM0.SflKxwRJSMeKKF2Q&sid=hush'],
  ])('loses its query ?%s', (query) => {
    expect(reduceLinksInText(`see https://h.example/a/deck.pptx?${query} now`)).toBe(
      'see https://h.example/a/deck.pptx now',
    );
    expect(reduceLinksInText(`https://h.example/a#${query}`)).toBe('https://h.example/a');
    expect(reduceLinksInText(`/downloads/deck.pptx?${query}`)).toBe('/downloads/deck.pptx');
  });

  it('loses parameters that stand in its path', () => {
    expect(reduceLinksInText('https://h.example/a/deck.pptx;token=hush?page=2')).toBe(
      'https://h.example/a/deck.pptx',
    );
  });

  it('loses a token that stands in its path, or anywhere', () => {
    const token = 'eyJhbGciOiJIUzI1.eyJzdWIiOiIxMjM0.SflKxwRJSMeKKF2Q';
    expect(reduceLinksInText(`https://h.example/${token}/a.png and ${token}`)).toBe(
      'https://h.example/…/a.png and …',
    );
  });

  it.each(['v=dQw4w9WgXcQ', 's=20', 'h=720&w=1280', 'hash=42', 'page=2;size=3'])(
    'is another thing than a query that is content: ?%s',
    (query) => {
      expect(reduceLinksInText(`https://h.example/a?${query}`)).toBe(
        `https://h.example/a?${query}`,
      );
    },
  );

  it('loses its fragment too', () => {
    expect(reduceLinksInText('https://h.example/a?v=1#access_token=hush')).toBe(
      'https://h.example/a',
    );
  });

  it('loses user name and password', () => {
    expect(reduceLinksInText('at https://me:hush@h.example/a?v=1')).toBe(
      'at https://h.example/a?v=1',
    );
    expect(reduceLinksInText('https://me:hu@sh@h.example')).toBe('https://h.example');
    expect(reduceLinksInText('"https://h.example","me@h.example"')).toBe(
      '"https://h.example","me@h.example"',
    );
  });

  it('is found among markup and quotes', () => {
    expect(reduceLinksInText('<a href="https://h.example/a?sig=hush">x</a>')).toBe(
      '<a href="https://h.example/a">x</a>',
    );
    expect(reduceLinksInText('{"url":"HTTPS://h.example/a?sig=hush","n":1}')).toBe(
      '{"url":"HTTPS://h.example/a","n":1}',
    );
    expect(reduceLinksInText('https://a.example/?v=1 https://b.example/?sig=hush')).toBe(
      'https://a.example/?v=1 https://b.example/',
    );
  });
});

describe('another text', () => {
  it.each([
    ['https://www.youtube.com/watch?v=tide0815&t=42s'],
    ['https://h.example/a?page=2#section-3'],
    ['https://h.example/100%?v=%zz'],
    ['Is it signed? signature=none'],
    ['mail me@h.example, or call'],
    ['what?key=value'],
    [''],
    ['a & b ? c # d'],
  ])('stays as it is: %s', (text) => {
    expect(reduceLinksInText(text)).toBe(text);
  });
});

describe('a known download link', () => {
  const link = 'https://files.example/export/pdf/5f0c2b7a/My-Deck.pdf';
  const reduce = (text: string, downloadLink = link) =>
    reduceLinksInText(text, { downloadLinks: [downloadLink] });

  it.each([
    [link, 'https://files.example/…'],
    [`get ${link} here`, 'get https://files.example/… here'],
    [`${link}?dl=1 and ${link}#page=2`, 'https://files.example/… and https://files.example/…'],
    [
      `https://viewer.example/?src=${encodeURIComponent(link)}`,
      'https://viewer.example/?src=https://files.example/…',
    ],
    [`{"u":"${link.replaceAll('/', String.raw`\/`)}"}`, '{"u":"https://files.example/…"}'],
    ['https://me:pw@files.example/export/pdf/5f0c2b7a/My-Deck.pdf', 'https://files.example/…'],
    ['https://files.example/help', 'https://files.example/help'],
  ])('keeps its origin only: %s', (text, expected) => {
    expect(reduce(text)).toBe(expected);
  });

  it('is found without its query as well', () => {
    expect(reduce('https://h.example/a/hush.pptx', 'https://h.example/a/hush.pptx?t=1')).toBe(
      'https://h.example/…',
    );
  });

  it('without a path does not stand for every link of its host', () => {
    expect(
      reduce('https://h.example/help and https://h.example/?id=5', 'https://h.example/?id=5'),
    ).toBe('https://h.example/help and https://h.example/…');
  });

  it('that is no link at all changes nothing', () => {
    expect(reduce('nothing here', '')).toBe('nothing here');
    expect(reduce('a path here', 'path')).toBe('a path here');
  });
});

describe('a document', () => {
  it('is reduced in every text, keys included, and otherwise copied', () => {
    const document = {
      n: 1,
      ok: true,
      none: null,
      list: ['https://h.example/a?sig=hush'],
      'https://h.example/k?sig=hush': { deep: [] },
    };
    const before = structuredClone(document);
    expect(redactLinks(document)).toEqual({
      n: 1,
      ok: true,
      none: null,
      list: ['https://h.example/a'],
      'https://h.example/k': { deep: [] },
    });
    expect(document).toEqual(before);
  });

  it('may have a key "__proto__"', () => {
    const reduced = redactLinks(JSON.parse('{"__proto__":{"polluted":true},"constructor":1}'));
    expect(JSON.stringify(reduced)).toBe('{"__proto__":{"polluted":true},"constructor":1}');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('may be nested deeper than any deck: the deeper part is left out', () => {
    const depth = 100_000;
    const text = JSON.stringify(
      redactLinks(
        JSON.parse(`${'['.repeat(depth)}"https://h.example/?sig=hush"${']'.repeat(depth)}`),
      ),
    );
    expect(text).toContain('[nested deeper than 200 levels: left out]');
    expect(text.length).toBeLessThan(1000);
  });

  it('holds no number that JSON cannot hold', () => {
    expect(redactLinks(JSON.parse('{"n":1e999,"m":[-1e999]}'))).toEqual({ n: null, m: [null] });
  });

  it('of one very long text is reduced in a moment', () => {
    const query = `https://h.example/?${'&'.repeat(500_000)}`;
    const hostile = ['https://'.repeat(100_000), query, '@'.repeat(500_000), '%25'.repeat(200_000)];
    expect(redactLinks(hostile, { downloadLinks: ['https://h.example/a'] })).toHaveLength(4);
  });

  it('that is an origin alone has no secret, and leaves hosts that begin with it alone', () => {
    const document = ['https://h.example', 'https://h.example2/about', 'https://h.example:81/?v=1'];
    for (const link of ['https://h.example', 'https://h.example/'])
      expect(redactLinks(document, { downloadLinks: [link] })).toEqual(document);
  });
});

const secret = fc.stringMatching(/^[A-Za-z0-9]{16,24}$/);
const padding = fc.string({
  unit: fc.constantFrom(
    'a',
    'Z',
    '7',
    ' ',
    '"',
    '/',
    '?',
    '&',
    '=',
    '%2',
    '#',
    '@',
    ':',
    '\n',
    '語',
    '\\',
  ),
});

describe('for any document', () => {
  it('reducing twice is reducing once', () => {
    const piece = fc.constantFrom(
      'https://',
      'HTTP://',
      'h.example',
      'https://h.example/a',
      '/a',
      '?',
      '&',
      '#',
      'sig=',
      'token=x',
      'v=1',
      'u:p@',
      ' ',
      '"',
      '%3F',
      '\\',
      '…',
    );
    const text = fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join(''));
    const downloadLinks = fc.array(
      text.map((tail) => `https://h.example${tail.replaceAll('"', '')}`),
      { maxLength: 2 },
    );
    fc.assert(
      fc.property(fc.array(text), downloadLinks, (document, links) => {
        const once = redactLinks(document, { downloadLinks: links });
        expect(redactLinks(once, { downloadLinks: links })).toEqual(once);
      }),
      { numRuns: 2000 },
    );
  });

  it('no secret of a signed link survives', () => {
    const name = fc.constantFrom(
      'X-Amz-Signature',
      'X-Goog-Signature',
      'sig',
      'Signature',
      'token',
      'access_token',
      'key',
      'Policy',
    );
    fc.assert(
      fc.property(
        fc.jsonValue(),
        padding,
        padding,
        name,
        secret,
        fc.boolean(),
        (json, before, after, parameter, value, isFirst) => {
          const query = isFirst ? `${parameter}=${value}&v=1` : `v=1&${parameter}=${value}`;
          const link = `https://h.example/a/deck.pptx?${query}`;
          const document = {
            json,
            text: `${before} ${link} ${after}`,
            list: [{ [link]: link }],
            nested: encodeURI(link),
          };
          expect(JSON.stringify(redactLinks(document))).not.toContain(value);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('no secret in the path of a known download link survives', () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        padding,
        padding,
        secret,
        fc.constantFrom('', '?dl=1', '#p'),
        (json, before, after, value, tail) => {
          const link = `https://files.example/export/${value}/My Deck é.pdf${tail}`;
          const document = {
            json,
            text: before + link + after,
            [link]: [link, new URL(link).href, encodeURIComponent(link)],
          };
          expect(JSON.stringify(redactLinks(document, { downloadLinks: [link] }))).not.toContain(
            value,
          );
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('an absolute http(s) link', () => {
  it.each([
    'https://h.example/a',
    'HTTP://h.example',
    'https://h.example/My Deck.pptx',
    'http://127.0.0.1:80/x',
  ])('is %s', (text) => {
    expect(isHttpLink(text)).toBe(true);
  });

  const others = [
    '',
    '/a',
    '//h.example/a',
    'ftp://h.example',
    'https:/h.example',
    'https://',
    ' https://h.example',
    'data:,x',
    'https://[',
  ];

  it.each(others)('is not "%s"', (text) => {
    expect(isHttpLink(text)).toBe(false);
  });
});

describe('thousands of download links in one answer', () => {
  const count = 20_000;
  const downloadLinks = Array.from(
    { length: count },
    (_, index) => `https://files.example/export/${index}/hush${index}hush/deck.pptx?sig=hush`,
  );

  it('are reduced in fields of their own, within the time of a test', () => {
    const document = { downloads: downloadLinks.map((url, index) => ({ url, index })) };
    const text = JSON.stringify(redactLinks(document, { downloadLinks }));
    expect(text).not.toContain('hush');
    expect(text.match(/https:\/\/files\.example\/…/g)).toHaveLength(count);
  });

  it('are reduced in one long text, escaped or not', () => {
    for (const spelled of [
      downloadLinks.join(' '),
      downloadLinks.map(encodeURIComponent).join(' '),
      JSON.stringify(downloadLinks).replaceAll('/', String.raw`\/`),
    ])
      expect(reduceLinksInText(spelled, { downloadLinks })).not.toContain('hush');
  });

  it('are told from a longer one that begins like them', () => {
    const links = ['https://h.example/a', 'https://h.example/a/b', 'https://h.example/ab'];
    expect(
      reduceLinksInText(
        'at https://h.example/a/b/c or https://h.example/abc, https://h.example/b',
        {
          downloadLinks: links,
        },
      ),
    ).toBe('at https://h.example/… or https://h.example/… https://h.example/b');
  });
});
