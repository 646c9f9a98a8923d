import { describe, expect, it } from 'vitest';
import { chronicle } from '../../../lambdas/providers/chronicle/chronicle.ts';
import { changed, describeTranslations, fixture, ok, readyStatus } from '../translations.ts';

const details = {
  presentation: {
    id: 'pres_tidepool_77',
    title: 'Tide pool monitoring: results',
    workspace_id: 'ws_coastlab',
    is_public: false,
    url: 'https://app.chroniclehq.com/ws_coastlab/document/pres_tidepool_77',
    created_at: '2026-06-02T08:15:30.000Z',
    updated_at: '2026-06-02T08:19:04.000Z',
  },
  tokens_used: 41_250,
};

const unauthorized = (said: string) => ({
  kind: 'refused',
  code: 'Unauthorized',
  message: `Chronicle answered 401 "${said}": store a valid API key for this credential`,
});

const noCredits = (said: string) => ({
  kind: 'refused',
  code: 'InsufficientCredits',
  message: `Chronicle answered 402 "${said}": raise the limit of the Chronicle plan, or wait for its renewal`,
});

const unavailable = (said: string) => ({
  kind: 'unavailable',
  code: 'ProviderUnavailable',
  message: `Chronicle answered ${said}`,
});

describeTranslations(chronicle, {
  'generating-storyline': {
    kind: 'pending',
    said: 'generating',
    phase: 'storyline',
    step: 'storyline',
  },
  'generating-slides': {
    kind: 'pending',
    said: 'generating',
    progress: 0.25,
    phase: 'slides',
    step: 'slides: Working on slide 3 of 8',
  },
  'awaiting-input': {
    kind: 'awaitingInput',
    said: 'awaiting_input',
    question: 'Which region should the market slides cover?',
    details: { message: 'Which region should the market slides cover?' },
  },
  completed: {
    kind: 'ready',
    said: 'completed',
    partial: false,
    exports: [],
    document: {
      generation_id: 'gen_tidepool_0815',
      status: 'completed',
      presentation: {
        ...details.presentation,
        sections: [
          {
            id: 'sec_1',
            title: 'Why tide pools',
            blocks: [
              {
                type: 'text',
                text: 'See https://www.youtube.com/watch?v=tide0815 for the survey.',
              },
              { type: 'image', src: 'https://media.chroniclehq.com/img/pool.png' },
            ],
          },
          { id: 'sec_2', title: 'What we found', blocks: [] },
        ],
      },
      tokens_used: 41_250,
    },
    title: 'Tide pool monitoring: results',
    details,
  },
  'completed-without-presentation': {
    kind: 'exportPending',
    said: 'completed',
    details: { tokens_used: 300 },
    remedy: 'open the generation in Chronicle; its API gives no presentation',
  },
  failed: {
    kind: 'failed',
    said: 'failed',
    message: 'The attachment could not be read',
    details: {},
  },
  'unknown-status': { kind: 'pending', said: 'polishing', unknownStatus: true },
  'http-400-bad-request': {
    kind: 'refused',
    code: 'InvalidRequest',
    message:
      'Chronicle answered 400 "BAD_REQUEST: The generation id is malformed": check the generation id',
  },
  'http-401-key-invalid': unauthorized('API_KEY_INVALID: This key is not known'),
  'http-401-key-expired': unauthorized('API_KEY_EXPIRED: This key has expired'),
  'http-401-key-revoked': unauthorized('API_KEY_REVOKED: This key was revoked'),
  'http-401-unauthorized': unauthorized('UNAUTHORIZED: No key was sent'),
  'http-402-remix-over-limit': noCredits(
    'PRICING_REMIX_OVER_LIMIT: The plan allows no more remixes',
  ),
  'http-402-document-limit': noCredits(
    'PRICING_DOCUMENT_LIMIT_REACHED: The plan allows no more documents',
  ),
  'http-403-insufficient-privileges': {
    kind: 'refused',
    code: 'Unauthorized',
    message:
      'Chronicle answered 403 "INSUFFICIENT_PRIVILEGES: The key may not read this workspace": ' +
      'use an API key that may read the workspace of the generation',
  },
  'http-404-not-found': {
    kind: 'notFound',
    message:
      'Chronicle answered 404 "NOT_FOUND: There is no such generation": ' +
      'check the generation id, and that the API key belongs to its workspace',
  },
  'http-429-rate-limited': {
    kind: 'throttled',
    message: 'Chronicle answered 429 "API_KEY_RATE_LIMITED: Slow down"',
  },
  'http-500-internal-error': unavailable('500 "INTERNAL_ERROR: Something broke"'),
  'http-500-unknown-internal-error': unavailable(
    '500 "UNKNOWN_INTERNAL_ERROR: Something unknown broke"',
  ),
  'http-502-no-json': unavailable('502'),
  'http-503-no-json': unavailable('503'),
  'http-504-no-json': unavailable('504'),
});

describe('Chronicle', () => {
  it('is asked at the documented address with the key as bearer', () => {
    expect(
      chronicle.statusRequest({
        baseUrl: 'https://api.chroniclehq.com',
        generationId: 'gen/1?',
        apiKey: 'chr_1',
      }),
    ).toEqual({
      url: 'https://api.chroniclehq.com/api/v1/presentations/generate/gen%2F1%3F/status',
      headers: { Authorization: 'Bearer chr_1' },
    });
  });

  it.each([
    { slides_total: 0, slides_completed: 0 },
    { slides_total: 5 },
    { slides_completed: 2 },
    { slides_total: 'five', slides_completed: 2 },
    'half',
    null,
  ])('is pending without progress where progress is %j', (progress) => {
    const status = chronicle.readStatus(
      changed(fixture('chronicle', 'generating-slides'), { progress }),
    );
    expect(status).toEqual({
      kind: 'pending',
      said: 'generating',
      phase: 'slides',
      step: 'slides',
    });
  });

  it('never tells more progress than all of it', () => {
    const progress = { slides_total: 5, slides_completed: 9 };
    expect(
      chronicle.readStatus(changed(fixture('chronicle', 'generating-slides'), { progress })),
    ).toMatchObject({ progress: 1 });
  });

  it('waits for input also where the question is missing', () => {
    const status = chronicle.readStatus(ok({ status: 'awaiting_input' }));
    expect(status).toMatchObject({
      kind: 'awaitingInput',
      question: expect.stringContaining('no question'),
      details: {},
    });
  });

  it('has no title where the presentation has none', () => {
    const status = chronicle.readStatus(
      ok({ status: 'completed', presentation: { title: ' \n ', sections: [] } }),
    );
    expect(readyStatus(status)).not.toHaveProperty('title');
  });

  it('keeps the slides out of the details', () => {
    const status = readyStatus(chronicle.readStatus(fixture('chronicle', 'completed')));
    expect(JSON.stringify(status.details)).not.toContain('sec_1');
  });

  it('names a presentation that is not an object', () => {
    const status = chronicle.readStatus(ok({ status: 'completed', presentation: 'here' }));
    expect(status).toMatchObject({
      code: 'UnexpectedResponse',
      message: expect.stringContaining('field "presentation"'),
    });
  });
});
