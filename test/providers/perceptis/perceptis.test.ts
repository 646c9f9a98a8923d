import { describe, expect, it } from 'vitest';
import { perceptis } from '../../../lambdas/providers/perceptis/perceptis.ts';
import { changed, describeTranslations, fixture, ok, readyStatus } from '../translations.ts';

const job = 'https://app.perceptis.ai/downloads/3f2a6c1e-8d47-4b90-a6f5-0c1d2e3b4a59';

const reduced = (name: string) => {
  const body = fixture('perceptis', name).body as { downloads: object[] };
  const url = 'https://app.perceptis.ai/…';
  return { ...body, downloads: body.downloads.map((download) => Object.assign(download, { url })) };
};

describeTranslations(perceptis, {
  pending: { kind: 'pending', said: 'pending' },
  processing: { kind: 'pending', said: 'processing' },
  'completed-single': {
    kind: 'ready',
    said: 'completed',
    partial: false,
    exports: [{ url: `${job}.pptx?expires=3600&signature=d0lphinSecretA`, format: 'pptx' }],
    document: reduced('completed-single'),
    details: { output_type: 'deck' },
  },
  'completed-variants': {
    kind: 'ready',
    said: 'completed',
    partial: false,
    exports: [
      { url: `${job}-1.pptx?expires=3600&signature=d0lphinSecretA`, format: 'pptx', variant: '1' },
      { url: `${job}-2.pptx?expires=3600&signature=d0lphinSecretB`, format: 'pptx', variant: '2' },
      { url: `${job}-3.pptx?expires=3600&signature=d0lphinSecretC`, format: 'pptx', variant: '3' },
    ],
    document: reduced('completed-variants'),
    details: { output_type: 'single_slide' },
  },
  'completed-without-downloads': {
    kind: 'exportPending',
    said: 'completed',
    details: { output_type: 'single_slide' },
    remedy: 'generate the deck again; Perceptis offers no files for this job',
  },
  failed: {
    kind: 'failed',
    said: 'failed',
    message: 'render_failed: The slide could not be drawn',
    details: { output_type: 'single_slide' },
  },
  'failed-other-shape': {
    kind: 'failed',
    said: 'failed',
    message: '{"reason":"no_space","attempts":2}',
    details: { output_type: 'single_slide' },
  },
  'unknown-status': { kind: 'pending', said: 'uploading', unknownStatus: true },
  'http-400-invalid-request': {
    kind: 'refused',
    code: 'InvalidRequest',
    message:
      'Perceptis answered 400 "invalid_request: job_id is not a UUID": check the generation id',
  },
  'http-401-revoked-key': {
    kind: 'refused',
    code: 'Unauthorized',
    message:
      'Perceptis answered 401 "unauthorized: This key was revoked": store a valid API key for this credential',
  },
  'http-403-plan-not-eligible': {
    kind: 'refused',
    code: 'PlanNotEligible',
    message:
      'Perceptis answered 403 "forbidden: The plan of this organization has no API": ' +
      'the Perceptis API needs a paid Business or Enterprise plan',
  },
  'http-404-not-found': {
    kind: 'notFound',
    message:
      'Perceptis answered 404 "not_found: There is no such job": check the job id, and use the API key that created the job',
  },
  'http-429-rate-limit-exceeded': {
    kind: 'throttled',
    message: 'Perceptis answered 429 "rate_limit_exceeded: Polling too often"',
  },
  'http-500-internal-error': {
    kind: 'unavailable',
    code: 'ProviderUnavailable',
    message: 'Perceptis answered 500 "internal_error: It did not work"',
  },
});

const withDownloads = (downloads: readonly object[]) =>
  perceptis.readStatus(changed(fixture('perceptis', 'completed-variants'), { downloads }));

const variantsOf = (...variants: unknown[]) =>
  readyStatus(
    withDownloads(
      variants.map((variant, index) => ({ url: `https://h.example/${index}`, variant })),
    ),
  ).exports.map(({ variant }) => variant);

describe('Perceptis', () => {
  it('is asked at the documented address with the key as bearer', () => {
    expect(
      perceptis.statusRequest({
        baseUrl: 'https://app.perceptis.ai',
        generationId: '3f2a/6c',
        apiKey: 'sk-live-per-1',
      }),
    ).toEqual({
      url: 'https://app.perceptis.ai/api/v1/status/3f2a%2F6c',
      headers: { Authorization: 'Bearer sk-live-per-1' },
    });
  });

  it('names variants by number or text', () => {
    expect(variantsOf(3, 'wide', 'A_4.b-c')).toEqual(['3', 'wide', 'A_4.b-c']);
  });

  it('takes the place of a file for a variant that is missing or not safe in a key', () => {
    expect(
      variantsOf(undefined, '../up', null, '..', 'a/b', { deep: 1 }, 'x'.repeat(65), ''),
    ).toEqual(['1', '2', '3', '4', '5', '6', '7', '8']);
  });

  it('gives variants of the same name, in whatever case, distinct names', () => {
    expect(variantsOf('a', 'A', 'a', 2, 2)).toEqual(['a', 'A-2', 'a-3', '2', '2-2']);
    expect(variantsOf('a-2', 'a', 'a')).toEqual(['a-2', 'a', 'a-3']);
  });

  it('leaves a format that is not documented to the file', () => {
    const status = withDownloads([
      { url: 'https://h.example/1', format: 'pdf' },
      { url: 'https://h.example/2', format: 'key' },
    ]);
    expect(readyStatus(status).exports).toEqual([
      { url: 'https://h.example/1', format: 'pdf', variant: '1' },
      { url: 'https://h.example/2', variant: '2' },
    ]);
  });

  it('has no files yet where the list is empty or absent', () => {
    expect(withDownloads([]).kind).toBe('exportPending');
    expect(perceptis.readStatus(ok({ status: 'completed' })).kind).toBe('exportPending');
  });

  it('names the download that is not as documented', () => {
    expect(withDownloads([{ url: 'https://h.example/1' }, { url: 7 }])).toMatchObject({
      code: 'UnexpectedResponse',
      message: expect.stringContaining('field "downloads.1.url"'),
    });
    expect(withDownloads([{ url: 'https://h.example/1' }, { url: 'file:///etc/passwd' }])).toEqual({
      kind: 'unavailable',
      code: 'UnexpectedResponse',
      message:
        'Perceptis sent an answer that is not understood: field "downloads.1.url" is not an absolute http(s) link',
    });
  });

  it.each([
    ['It broke', 'It broke'],
    [{ message: 'It broke' }, 'It broke'],
    [{ code: 'broke' }, 'broke'],
    [{ code: 'broke', detail: { message: 'badly' } }, 'broke: badly'],
    [['one', { message: 'two' }], 'one; two'],
    [{}, 'Perceptis gave no reason'],
    [null, 'Perceptis gave no reason'],
    ['\u202E\n', 'Perceptis gave no reason'],
  ])('reads the reason of a failed job from %j', (error, message) => {
    expect(perceptis.readStatus(ok({ status: 'failed', error }))).toMatchObject({
      kind: 'failed',
      message,
    });
  });
});
