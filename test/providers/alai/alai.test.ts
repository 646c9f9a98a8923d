import { describe, expect, it } from 'vitest';
import { alai } from '../../../lambdas/providers/alai/alai.ts';
import { changed, describeTranslations, fixture, ok, readyStatus } from '../translations.ts';

const presentation_id = '9a417c60-2be8-4d35-b1f7-08d6e5a2c943';
const files = `https://storage.alai-files.example/${presentation_id}`;
const pdf = {
  url: `${files}/presentation.pdf?X-Amz-Expires=86400&X-Amz-Signature=ouzelSecretA`,
  format: 'pdf',
};
const pptx = {
  url: `${files}/presentation.pptx?X-Amz-Expires=86400&X-Amz-Signature=ouzelSecretB`,
  format: 'pptx',
};
const origins = {
  link: 'https://app.getalai.com/…',
  pdf: 'https://storage.alai-files.example/…',
  ppt: 'https://storage.alai-files.example/…',
};

/** The document of a fixture, with nothing but the origin left of each link. */
const reduced = (name: string) => {
  const body = fixture('alai', name).body as {
    formats: Record<keyof typeof origins, { url?: string | null }>;
  };
  const formats = Object.entries(body.formats).map(([format, result]) => {
    const url = origins[format as keyof typeof origins];
    return [format, typeof result.url === 'string' ? { ...result, url } : result];
  });
  return { ...body, formats: Object.fromEntries(formats) as unknown };
};

const ready = (name: string, exports: readonly object[], details: object = {}) => ({
  kind: 'ready',
  said: 'completed',
  partial: 'formats' in details,
  exports,
  document: reduced(name),
  completedAt: '2026-11-20T10:01:52.481Z',
  details: { presentation_id, ...details },
});

const noChart = { status: 'failed', error: 'The chart on slide 4 cannot be exported' };

describeTranslations(alai, {
  pending: { kind: 'pending', said: 'pending' },
  'in-progress': { kind: 'pending', said: 'in_progress' },
  completed: ready('completed', [pdf, pptx]),
  'completed-pdf': ready('completed-pdf', [pdf]),
  'completed-ppt': ready('completed-ppt', [pptx]),
  'completed-ppt-failed': ready('completed-ppt-failed', [pdf], { formats: { ppt: noChart } }),
  'completed-ppt-in-progress': {
    ...ready('completed-ppt-in-progress', [pdf], { formats: { ppt: { status: 'in_progress' } } }),
    unfinished: true,
  },
  'completed-every-export-failed': {
    kind: 'exportPending',
    said: 'completed',
    details: {
      presentation_id,
      formats: { pdf: { status: 'failed', error: 'The renderer ran out of time' }, ppt: noChart },
    },
    remedy:
      'export the presentation again; Alai said of pdf: The renderer ran out of time; ppt: The chart on slide 4 cannot be exported',
  },
  'completed-link-only': {
    kind: 'exportPending',
    said: 'completed',
    details: { presentation_id },
    remedy: 'set export_formats to pdf or ppt when starting the generation',
  },
  failed: {
    kind: 'failed',
    said: 'failed',
    message: 'The input has no content to present',
    details: { presentation_id },
  },
  'unknown-status': { kind: 'pending', said: 'rendering', unknownStatus: true },
  'http-401-invalid-key': {
    kind: 'refused',
    code: 'Unauthorized',
    message: 'Alai answered 401 "Invalid API key": store a valid API key for this credential',
  },
  'http-403-other-account': {
    kind: 'refused',
    code: 'Unauthorized',
    message:
      'Alai answered 403 "Not your generation": use an API key of the account that started the generation',
  },
  'http-404-not-found': {
    kind: 'notFound',
    message:
      'Alai answered 404 "Generation not found": check the generation id, ' +
      'and that the API key belongs to the account that started it',
  },
  'http-422-validation': {
    kind: 'refused',
    code: 'InvalidRequest',
    message:
      'Alai answered 422 "path.generation_id: Input should be a valid UUID": check the generation id',
  },
  'http-429-too-many-requests': {
    kind: 'throttled',
    message: 'Alai answered 429 "Too many requests"',
  },
  'http-503-no-json': {
    kind: 'unavailable',
    code: 'ProviderUnavailable',
    message: 'Alai answered 503',
  },
});

const withFormats = (formats: unknown) =>
  alai.readStatus(changed(fixture('alai', 'completed'), { formats }));

describe('Alai', () => {
  it('is asked at the documented address with the key as bearer', () => {
    expect(
      alai.statusRequest({
        baseUrl: 'https://slides-api.getalai.com',
        generationId: '5d0e/7b',
        apiKey: 'sk_1',
      }),
    ).toEqual({
      url: 'https://slides-api.getalai.com/api/v1/generations/5d0e%2F7b',
      headers: { Authorization: 'Bearer sk_1' },
    });
  });

  it.each([[null], [undefined], [{}], [{ link: 7 }], [{ pdf: null, ppt: { status: 'skipped' } }]])(
    'has no file where its formats are %j',
    (formats) => {
      expect(withFormats(formats)).toMatchObject({
        kind: 'exportPending',
        remedy: expect.stringContaining('set export_formats'),
      });
    },
  );

  it('waits for the link of a format that is completed', () => {
    expect(withFormats({ pdf: { status: 'completed', url: null } })).toMatchObject({
      kind: 'exportPending',
      remedy: 'export the presentation again; Alai gives no link to its file',
    });
  });

  it('is partial where one of its files has no link', () => {
    const status = readyStatus(
      withFormats({ pdf: { status: 'completed', url: pdf.url }, ppt: { status: 'completed' } }),
    );
    expect(status).toMatchObject({
      partial: true,
      exports: [pdf],
      details: { formats: { ppt: { status: 'completed' } } },
    });
  });

  it('follows no link to a format that failed', () => {
    expect(withFormats({ pdf: { status: 'failed', url: pdf.url } }).kind).toBe('exportPending');
  });

  it('names the link that is not as documented', () => {
    expect(withFormats({ ppt: { status: 'completed', url: 'file:///etc/passwd' } })).toEqual({
      kind: 'unavailable',
      code: 'UnexpectedResponse',
      message:
        'Alai sent an answer that is not understood: field "formats.ppt.url" is not an absolute http(s) link',
    });
    expect(withFormats({ pdf: { url: 7 } })).toMatchObject({
      message: expect.stringContaining('field "formats.pdf.url"'),
    });
  });

  it('keeps none of its links, not even that of the page that shows the deck', () => {
    const { document, details } = readyStatus(alai.readStatus(fixture('alai', 'completed')));
    expect(JSON.stringify([document, details])).not.toMatch(/ouzel/);
  });

  it('says so where it gives no reason', () => {
    expect(alai.readStatus(ok({ status: 'failed', error: null }))).toMatchObject({
      message: 'Alai gave no reason',
    });
  });
});
