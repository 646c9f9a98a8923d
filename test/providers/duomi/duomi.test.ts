import { describe, expect, it } from 'vitest';
import { duomi } from '../../../lambdas/providers/duomi/duomi.ts';
import { maxDetailsBytes } from '../../../lambdas/providers/translating/details.ts';
import { changed, describeTranslations, fixture, ok, readyStatus } from '../translations.ts';

const url = 'https://files.slides.example/download/gen_5lanterns77.pptx?token=kT3lanternSecret9';

const reduced = (name: string) => ({
  ...(fixture('duomi', name).body as object),
  download_url: 'https://files.slides.example/…',
});

const doneDetails = {
  message: '4 pages from 3 slides',
  total_slides_requested: 3,
  total_pages_generated: 4,
};

const notFound = (said: string) => ({
  kind: 'notFound',
  message: `Duomi answered 404 "${said}": check the generation id and the provider's baseUrl`,
});

describeTranslations(duomi, {
  pending: { kind: 'pending', said: 'pending', progress: 0 },
  processing: { kind: 'pending', said: 'processing', progress: 0.4, step: 'Slide 2 of 3' },
  completed: {
    kind: 'ready',
    said: 'completed',
    partial: false,
    exports: [{ url, format: 'pptx', bytes: 182_044 }],
    document: reduced('completed'),
    completedAt: '2026-07-11T10:00:09.000Z',
    details: doneDetails,
  },
  'completed-without-link': {
    kind: 'exportPending',
    said: 'completed',
    details: doneDetails,
    remedy: 'generate the deck again; Duomi gives no download_url for this one',
  },
  partial: {
    kind: 'ready',
    said: 'partial',
    partial: true,
    exports: [{ url, format: 'pptx', bytes: 97_310 }],
    document: reduced('partial'),
    completedAt: '2026-07-11T10:00:09.000Z',
    details: {
      message: '2 pages from 2 of 3 slides',
      total_slides_requested: 3,
      total_pages_generated: 2,
      slide_results: [{ slide_index: 1, status: 'failed', error: 'The chart has no data' }],
    },
  },
  failed: {
    kind: 'failed',
    said: 'failed',
    message: 'NO_VALID_SLIDES: None of the slides could be made',
    details: {
      total_slides_requested: 3,
      total_pages_generated: 0,
      slide_results: [{ slide_index: 0, status: 'failed', error: 'The template slide is gone' }],
    },
  },
  'failed-failed': {
    kind: 'failed',
    said: 'failed',
    message: 'GENERATION_FAILED: The template could not be opened',
    details: { total_slides_requested: 3, total_pages_generated: 0 },
  },
  'failed-timeout': {
    kind: 'failed',
    said: 'failed',
    message: 'GENERATION_TIMEOUT: The generation took too long',
    details: { total_slides_requested: 3, total_pages_generated: 0 },
  },
  'unknown-status': { kind: 'pending', said: 'archiving', unknownStatus: true },
  'http-400-bad-request': {
    kind: 'refused',
    code: 'InvalidRequest',
    message: 'Duomi answered 400 "The generation id is malformed": check the generation id',
  },
  'http-401-missing-key': {
    kind: 'refused',
    code: 'Unauthorized',
    message: 'Duomi answered 401 "X-API-Key is missing": store a valid API key for this credential',
  },
  'http-403-disabled-key': {
    kind: 'refused',
    code: 'Unauthorized',
    message:
      'Duomi answered 403 "This API key is disabled": use an enabled API key of the organisation that started the generation',
  },
  'http-404-not-found': notFound('No such generation'),
  'http-404-file-not-found': notFound('The generated file was not found'),
  'http-422-validation': {
    kind: 'refused',
    code: 'InvalidRequest',
    message:
      'Duomi answered 422 "path.generation_id: String should match the pattern of an id": check the generation id',
  },
  'http-429-too-many-generations': {
    kind: 'throttled',
    message: 'Duomi answered 429 "Too many generations are pending or processing"',
  },
  'http-500-unhandled': {
    kind: 'unavailable',
    code: 'ProviderUnavailable',
    message: 'Duomi answered 500 "INTERNAL: The renderer stopped"',
  },
  'http-503-not-ready': {
    kind: 'unavailable',
    code: 'ProviderUnavailable',
    message: 'Duomi answered 503 "The service is starting"',
  },
});

describe('Duomi', () => {
  it('publishes no address', () => {
    expect(duomi.baseUrl).toBeUndefined();
  });

  it('is asked at the address of the deployment with the key in X-API-Key', () => {
    expect(
      duomi.statusRequest({
        baseUrl: 'https://slides.acme.example/kit',
        generationId: 'gen_#1',
        apiKey: 'k-1',
      }),
    ).toEqual({
      url: 'https://slides.acme.example/kit/api/v1/presentations/gen_%231/status',
      headers: { 'X-API-Key': 'k-1' },
    });
  });

  it('has no link yet where a partial deck has none', () => {
    const status = duomi.readStatus(changed(fixture('duomi', 'partial'), { download_url: null }));
    expect(status).toMatchObject({
      kind: 'exportPending',
      said: 'partial',
      details: { total_slides_requested: 3 },
    });
  });

  it.each([0, -5, 1.5, '182044', null, Infinity])(
    'tells no length where file_size is %j',
    (file_size) => {
      const status = duomi.readStatus(changed(fixture('duomi', 'completed'), { file_size }));
      expect(readyStatus(status).exports).toEqual([{ url, format: 'pptx' }]);
    },
  );

  it.each([
    ['2026-07-11T12:00:09+02:00', '2026-07-11T10:00:09.000Z'],
    ['2026-07-11T10:00:09.123456', '2026-07-11T10:00:09.123Z'],
    ['2026-07-11T10:00:09', '2026-07-11T10:00:09.000Z'],
  ])('reads the end %s as %s, without a zone as UTC', (completed_at, expected) => {
    const status = duomi.readStatus(changed(fixture('duomi', 'completed'), { completed_at }));
    expect(readyStatus(status).completedAt).toBe(expected);
  });

  const noTimes = ['yesterday', '', '2026-13-45T99:00:00Z', 1_783_764_009, null];

  it.each(noTimes)('tells no end where completed_at is %j', (completed_at) => {
    const status = duomi.readStatus(changed(fixture('duomi', 'completed'), { completed_at }));
    expect(readyStatus(status)).not.toHaveProperty('completedAt');
  });

  it('refuses a download_url that is no link', () => {
    const status = duomi.readStatus(
      changed(fixture('duomi', 'completed'), { download_url: 'gen_5lanterns77.pptx' }),
    );
    expect(status).toMatchObject({
      code: 'UnexpectedResponse',
      message: expect.stringContaining('field "download_url"'),
    });
  });

  it('keeps progress between nothing and all', () => {
    expect(duomi.readStatus(ok({ status: 'processing', progress: 250 }))).toMatchObject({
      progress: 1,
    });
    expect(duomi.readStatus(ok({ status: 'processing', progress: -3 }))).toMatchObject({
      progress: 0,
    });
  });

  it('tells of at most 50 missing slides, and stays small whatever they say', () => {
    const slide_results = Array.from({ length: 500 }, (_, slide_index) => ({
      slide_index,
      status: 'failed',
      error: '語"'.repeat(3000),
    }));
    const { details } = readyStatus(
      duomi.readStatus(changed(fixture('duomi', 'partial'), { slide_results })),
    );
    expect(Buffer.byteLength(JSON.stringify(details))).toBeLessThanOrEqual(maxDetailsBytes);
    expect(details['slide_results']).toHaveLength(50);
  });

  it('shortens the list of missing slides where cutting their texts is not enough', () => {
    const slide_results = Array.from({ length: 500 }, (_, slide_index) => ({
      slide_index,
      status: '語'.repeat(3000),
      error: '語'.repeat(3000),
    }));
    const { details } = readyStatus(
      duomi.readStatus(changed(fixture('duomi', 'partial'), { slide_results })),
    );
    expect(Buffer.byteLength(JSON.stringify(details))).toBeLessThanOrEqual(maxDetailsBytes);
    expect(details['slide_results']).toHaveLength(10);
    expect(details['slide_results']).toMatchObject(
      Array.from({ length: 10 }, (_, slide_index) => ({ slide_index })),
    );
  });
});
