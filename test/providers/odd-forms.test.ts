import { describe, expect, it } from 'vitest';
import type { Provider } from '../../lambdas/providers/provider.ts';
import { providerNamed } from '../../lambdas/providers/registry.ts';
import { changed, fixture, ok } from './translations.ts';

/** A documented answer of each provider whose root holds the one link, and where. */
const done = [
  ['gamma', 'completed-pptx', 'exportUrl'],
  ['duomi', 'completed', 'download_url'],
] as const;

describe.each(done)('%s writes', (provider, name, field) => {
  const answer = fixture(provider, name);
  const deployed = providerNamed(provider);
  const url = String((answer.body as Readonly<Record<string, unknown>>)[field]);

  it.each([` ${url}`, `${url}\r\n`, `\t${url} `, url.replaceAll('/', String.raw`\/`)])(
    'its link with space around it, or with escaped slashes: %j',
    (odd) => {
      expect(deployed.readStatus(changed(answer, { [field]: odd }))).toMatchObject({
        kind: 'ready',
        exports: [{ url }],
      });
    },
  );

  it('a blank in place of its link', () => {
    expect(deployed.readStatus(changed(answer, { [field]: '  ' }))).toMatchObject({
      kind: 'exportPending',
    });
  });
});

describe('an id of what was started', () => {
  it.each([
    ['gamma', 'generationId'],
    ['chronicle', 'generation_id'],
    ['duomi', 'generation_id'],
    ['perceptis', 'job_id'],
  ] as const)('is understood as a number, and with space around it: %s', (provider, field) => {
    const read = providerNamed(provider).starting?.readStarted;
    expect(read?.({ [field]: 4821 })).toMatchObject({ generationId: '4821' });
    expect(read?.({ [field]: ' g-4821\n' })).toMatchObject({ generationId: 'g-4821' });
    for (const none of [1.5, -1, 1e21, 2 ** 53, true, ['g'], {}, '', ' ', '../g'])
      expect(read?.({ [field]: none })).toBe(`field "${field}"`);
  });

  it('may be that of an export', () => {
    expect(providerNamed('gamma').exporting?.readStarted({ exportId: 77 })).toBe('77');
    expect(
      providerNamed('slidespeak').readStatus(
        ok({ task_status: 'SUCCESS', task_result: { request_id: 77 } }),
      ),
    ).toMatchObject({ kind: 'ready', exports: [{ linkId: '77' }] });
  });
});

describe('Perceptis gives no link yet', () => {
  const url = 'https://app.perceptis.ai/downloads/a.pptx?signature=hush';
  const deployed = providerNamed('perceptis');

  it.each([null, '', undefined])('to one of several files: the others are there (%j)', (none) => {
    const downloads = [
      { url, variant: 'a' },
      { url: none, variant: 'b' },
    ];
    expect(deployed.readStatus(ok({ status: 'completed', downloads }))).toMatchObject({
      kind: 'ready',
      partial: true,
      unfinished: true,
      exports: [{ url, variant: 'a' }],
    });
  });

  it('to any file', () => {
    expect(deployed.readStatus(ok({ status: 'completed', downloads: [{}, null] }))).toMatchObject({
      kind: 'exportPending',
    });
  });
});

/** The status words of each provider, as documented. */
const words = [
  ['gamma', 'status', ['pending', 'completed', 'failed']],
  ['duomi', 'status', ['pending', 'processing', 'completed', 'partial', 'failed']],
  ['perceptis', 'status', ['pending', 'processing', 'completed', 'failed']],
  ['chronicle', 'status', ['generating', 'awaiting_input', 'completed', 'failed']],
  ['alai', 'status', ['pending', 'in_progress', 'completed', 'failed']],
  ['slidespeak', 'task_status', ['SENT', 'SUCCESS', 'FAILURE']],
] as const;

const spellings = (word: string): readonly string[] => [
  word.toUpperCase(),
  word.toLowerCase(),
  word.slice(0, 1).toUpperCase() + word.slice(1).toLowerCase(),
  ` ${word}\r\n`,
  word.replace('_', '-'),
  word.replace('_', ' '),
];

describe.each(words)('%s spells a status word in another way', (provider, field, documented) => {
  const readStatus: Provider['readStatus'] = (answer) => providerNamed(provider).readStatus(answer);

  it.each(documented.flatMap((word) => spellings(word).map((spelling) => [spelling, word])))(
    '%j is %s',
    (spelling, word) => {
      expect(readStatus(ok({ [field]: spelling }))).toEqual(readStatus(ok({ [field]: word })));
    },
  );

  it.each(['complete', 'completed!', 'notcompleted', 'com pleted', 'ok', 'done', '_', ' '])(
    'and %j stays an unknown word',
    (word) => {
      expect(readStatus(ok({ [field]: word }))).toMatchObject({
        kind: 'pending',
        unknownStatus: true,
      });
    },
  );
});

describe('a word beside the status', () => {
  const url = 'https://files.example.com/a?sig=hush';
  const ofAlai = (status: string) => {
    const formats = { pdf: { status: 'Completed', url }, ppt: { status } };
    return providerNamed('alai').readStatus(ok({ status: 'completed', formats }));
  };

  it('is understood of a format of Alai: what is skipped or has failed is not waited for', () => {
    expect(ofAlai('SKIPPED')).toMatchObject({ kind: 'ready', partial: false });
    expect(ofAlai(' Failed')).toMatchObject({ kind: 'ready', partial: true });
    expect(ofAlai(' Failed')).not.toHaveProperty('unfinished');
  });

  it('is understood of an export of Gamma', () => {
    const read = (status: string) =>
      providerNamed('gamma').links?.read(ok({ status, exportUrl: url }));
    expect(read('Completed')).toEqual({ kind: 'link', url });
    expect(read('FAILED')).toMatchObject({ kind: 'noLink', isFinal: true });
  });

  it.each(['PPTX', '.pptx', ' Pptx '])('is understood as a format of Perceptis: %j', (format) => {
    const status = providerNamed('perceptis').readStatus(
      ok({ status: 'completed', downloads: [{ url, format }] }),
    );
    expect(status).toMatchObject({ kind: 'ready', exports: [{ url, format: 'pptx' }] });
  });
});

const ofGamma = (exportUrl: unknown) =>
  providerNamed('gamma').readStatus(ok({ status: 'completed', exportUrl }));

describe('a link in another form than a text', () => {
  const url = 'https://files.example.com/deck.pptx?expires=1&sig=hush';
  it.each<[string, unknown]>([
    ['under url', { url, expiresAt: '2026-11-27' }],
    ['under href', { href: url }],
    ['under signedUrl, as Supabase gives it', { signedUrl: url, path: 'a' }],
    ['under signedURL in a list', [{ error: null, signedURL: url }]],
    ['under download_url', { download_url: url, name: 'deck' }],
    ['under publicUrl under url', { url: { publicUrl: url } }],
    ['alone in a list', [url]],
    ['under url in a list', [{ url }]],
    [
      'escaped for JSON twice',
      url.replaceAll('=', String.raw`\u003d`).replace('&', String.raw`\u0026`),
    ],
    ['without its scheme', url.replace('https:', '')],
    ['escaped for HTML', url.replace('&', '&amp;')],
    ['escaped for HTML by numbers', url.replaceAll('=', '&#x3D;').replace('&s', '&#38;s')],
    ['escaped as a whole', encodeURIComponent(url)],
    ['in quotation marks', `"${url}"`],
    ['in angle brackets', `<${url}>`],
    ['with a line end', `${url}\n`],
  ])('is that link: %s', (_, exportUrl) => {
    const status = ofGamma(exportUrl);
    expect(status).toMatchObject({ kind: 'ready', exports: [{ url }] });
    if (status.kind !== 'ready') return;
    for (const secret of ['hush', 'deck.pptx'])
      expect(JSON.stringify([status.document, status.details])).not.toContain(secret);
  });

  it('keeps the escapes that belong to it: a signature is for those very letters', () => {
    const signed = 'https://files.example.com/a%2Fb%20c%7E/d%252Fe.pdf?sig=%2B%2f%3D&x=%26amp%3B';
    expect(ofGamma(signed)).toMatchObject({ exports: [{ url: signed }] });
    expect(ofGamma(encodeURIComponent(signed))).toMatchObject({ exports: [{ url: signed }] });
  });

  it.each(['https%3A%2F%2Ffiles.example.com%2Fa%ZZ', 'https%3A%2F%2F', 'ftp%3A%2F%2Fa.test%2Fb'])(
    'is none that is escaped as a whole and still no link: %j',
    (exportUrl) => {
      expect(ofGamma(exportUrl)).toMatchObject({ kind: 'unavailable' });
    },
  );

  it.each([[], {}, false, '', ' ', 'null', 'None', null])('is none: %j', (exportUrl) => {
    expect(ofGamma(exportUrl)).toMatchObject({ kind: 'exportPending' });
  });

  it.each<[string, unknown]>([
    ['two links', [url, `${url}2`]],
    ['no scheme and no host with a dot', '//deck/x'],
    ['a page beside no file', { link: url }],
    ['a path', '/exports/deck.pptx'],
    ['a host alone', 'files.example.com/deck.pptx'],
    ['another scheme', 's3://decks/deck.pptx'],
    ['true', true],
    ['a number', 7],
  ])('is not guessed: %s', (_, exportUrl) => {
    expect(ofGamma(exportUrl)).toMatchObject({ kind: 'unavailable', code: 'UnexpectedResponse' });
  });

  it.each<unknown>([
    [url],
    url,
    { url },
    [{ url: [url] }],
    [{ download_url: url }],
    { signedUrl: url },
    { pptx: url },
    { PPTX: { url }, preview: 'https://app.example.com/p' },
  ])('is understood among the downloads of Perceptis: %j', (downloads) => {
    expect(
      providerNamed('perceptis').readStatus(ok({ status: 'completed', downloads })),
    ).toMatchObject({ kind: 'ready', exports: [{ url }] });
  });

  it.each<unknown>([{ files: [url] }, { '0': { url } }, { preview: url }])(
    'is not guessed among the downloads of Perceptis: %j',
    (downloads) => {
      expect(
        providerNamed('perceptis').readStatus(ok({ status: 'completed', downloads })),
      ).toMatchObject({ kind: 'unavailable', code: 'UnexpectedResponse' });
    },
  );

  it.each<[object, string]>([
    [{ formats: { pdf: url } }, 'pdf'],
    [{ formats: { ppt: { status: 'completed', download_url: url } } }, 'pptx'],
    [{ formats: { pptx: { status: 'completed', url } } }, 'pptx'],
    [{ exports: { link: 'https://app.example.com/p', ppt: url } }, 'pptx'],
  ])('is understood as a format of Alai: %j', (body, format) => {
    const status = providerNamed('alai').readStatus(ok({ status: 'completed', ...body }));
    expect(status).toMatchObject({ kind: 'ready', exports: [{ url, format }] });
    expect(JSON.stringify(status)).not.toMatch(/"document":.*(?:hush|deck\.pptx)/);
  });

  it.each<[unknown, object]>([
    [url, { url }],
    [{ downloadUrl: url }, { url }],
    [JSON.stringify({ url, request_id: 'r-1' }), { linkId: 'r-1' }],
  ])('is understood as the result of a task of SlideSpeak: %j', (task_result, file) => {
    const status = providerNamed('slidespeak').readStatus(
      ok({ task_status: 'SUCCESS', task_result }),
    );
    expect(status).toMatchObject({ kind: 'ready', exports: [file] });
    expect(JSON.stringify(status)).not.toMatch(/"document":.*(?:hush|deck\.pptx)/);
  });

  it.each<unknown>([
    { URL: url },
    { download_url: url },
    { data: { signedUrl: url } },
    [{ url }],
    url,
  ])('is understood where SlideSpeak is asked for it: %j', (body) => {
    expect(providerNamed('slidespeak').links?.read(ok(body))).toEqual({ kind: 'link', url });
  });

  it.each<[object, object[]]>([
    [{ pdfUrl: url }, [{ url, format: 'pdf' }]],
    [{ pptx_url: url, pdf_url: '' }, [{ url, format: 'pptx' }]],
    [
      { pdfUrl: `${url}2`, pptxUrl: url },
      [
        { url: `${url}2`, format: 'pdf' },
        { url, format: 'pptx' },
      ],
    ],
    [{ exports: { pptx: url } }, [{ url, format: 'pptx' }]],
    [{ pdfUrl: 'soon', exports: { pdf: { url } } }, [{ url, format: 'pdf' }]],
    [{ exportUrl: url, pdfUrl: url.replace('deck.pptx', 'deck.pptx.pdf') }, [{ url }]],
  ])("is understood under the names of Gamma's earlier guide: %j", (body, exports) => {
    const status = providerNamed('gamma').readStatus(ok({ status: 'completed', ...body }));
    expect(status).toMatchObject({ kind: 'ready', exports });
    expect(JSON.stringify(status)).not.toMatch(/"document":.*(?:hush|deck\.pptx)/);
  });
});

describe('a number that is a text', () => {
  it.each([
    ['duomi', { status: 'processing', progress: '40' }],
    [
      'chronicle',
      { status: 'generating', progress: { slides_total: '10', slides_completed: ' 4 ' } },
    ],
  ] as const)('is that number: %s', (provider, body) => {
    expect(providerNamed(provider).readStatus(ok(body))).toMatchObject({ progress: 0.4 });
  });

  it('is none where it is more than a number', () => {
    const body = { status: 'processing', progress: '40 of 100' };
    expect(providerNamed('duomi').readStatus(ok(body))).toEqual({
      kind: 'pending',
      said: 'processing',
    });
  });
});
