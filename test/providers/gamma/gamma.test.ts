import { describe, expect, it } from 'vitest';
import { gamma } from '../../../lambdas/providers/gamma/gamma.ts';
import { changed, describeTranslations, fixture, ok, readyStatus } from '../translations.ts';

const details = {
  gammaId: 'g_riverbed04audit',
  gammaUrl: 'https://gamma.app/docs/Riverbed-Audit-k2m9x4',
  credits: { deducted: 42, remaining: 1958 },
};

const ready = (path: string) => ({
  kind: 'ready',
  said: 'completed',
  partial: false,
  exports: [{ url: `https://assets.api.gamma.app/export/${path}` }],
  document: {
    generationId: 'Gq7RiverbedAudit01',
    status: 'completed',
    exportUrl: 'https://assets.api.gamma.app/…',
    ...details,
  },
  details,
  deckId: details.gammaId,
});

const creditsAdvice = 'add credits to the Gamma workspace of this API key';
const idAdvice =
  'check the generation id, and that the API key belongs to the workspace that started it';

const naming = (field: string) => ({
  code: 'UnexpectedResponse',
  message: expect.stringContaining(field),
});

describeTranslations(gamma, {
  pending: { kind: 'pending', said: 'pending' },
  'completed-pdf': ready('pdf/k2m9x4/5f0c2b7a91d34e68a7b1c09d2e4f6a83/Riverbed-Audit.pdf'),
  'completed-pptx': ready('pptx/k2m9x4/77aa02be5d1c4f0a9e3b6c8d1f2a4b90/Riverbed-Audit.pptx'),
  'completed-png': ready('image/k2m9x4/c3d4e5f60718293a4b5c6d7e8f901a2b/Riverbed-Audit.zip'),
  'completed-without-export': {
    kind: 'exportPending',
    said: 'completed',
    details,
    remedy:
      'set exportAs to pdf, pptx or png when starting the generation, or send "Generation Started" with exportAs, which may cost credits',
    deck: {
      id: details.gammaId,
      document: { generationId: 'Gq7RiverbedAudit01', status: 'completed', ...details },
    },
  },
  failed: {
    kind: 'failed',
    said: 'failed',
    message: 'The outline could not be turned into text.',
    details: { credits: { deducted: 0, remaining: 2000 } },
  },
  'unknown-status': { kind: 'pending', said: 'queued_for_review', unknownStatus: true },
  'http-400-invalid-request': {
    kind: 'refused',
    code: 'InvalidRequest',
    message: 'Gamma answered 400 "generationId is malformed": check the generation id',
  },
  'http-401-invalid-key': {
    kind: 'refused',
    code: 'Unauthorized',
    message: 'Gamma answered 401 "The key is not known": store a valid API key for this credential',
  },
  'http-402-no-credits': {
    kind: 'refused',
    code: 'InsufficientCredits',
    message: `Gamma answered 402 "Not enough credits for this workspace.": ${creditsAdvice}`,
  },
  'http-403-insufficient-credits': {
    kind: 'refused',
    code: 'InsufficientCredits',
    message: `Gamma answered 403 "Insufficient credits remaining": ${creditsAdvice}`,
  },
  'http-403-forbidden': {
    kind: 'refused',
    code: 'Unauthorized',
    message:
      'Gamma answered 403 "Forbidden": use an API key of the workspace that started the generation',
  },
  'http-404-not-found': {
    kind: 'notFound',
    message: `Gamma answered 404 "No generation has the id Gq7RiverbedAudit01": ${idAdvice}`,
  },
  'http-422-failed-to-generate': {
    kind: 'refused',
    code: 'InvalidRequest',
    message: 'Gamma answered 422 "The text could not be written": check the generation id',
  },
  'http-429-too-many-requests': { kind: 'throttled', message: 'Gamma answered 429 "Slow down"' },
  'http-500-server-error': {
    kind: 'unavailable',
    code: 'ProviderUnavailable',
    message: 'Gamma answered 500 "Something went wrong on our side"',
  },
  'http-502-bad-gateway': {
    kind: 'unavailable',
    code: 'ProviderUnavailable',
    message: 'Gamma answered 502',
  },
});

describe('Gamma', () => {
  it('is asked at the documented address with the key in X-API-KEY', () => {
    expect(
      gamma.statusRequest({
        baseUrl: 'https://public-api.gamma.app',
        generationId: 'a b/../c',
        apiKey: 'sk-1',
      }),
    ).toEqual({
      url: 'https://public-api.gamma.app/v1.0/generations/a%20b%2F..%2Fc',
      headers: { 'X-API-KEY': 'sk-1' },
    });
  });

  it('takes an exportUrl that is null or empty for one that is not there yet', () => {
    for (const exportUrl of [null, '']) {
      expect(gamma.readStatus(changed(fixture('gamma', 'completed-pdf'), { exportUrl })).kind).toBe(
        'exportPending',
      );
    }
  });

  it('refuses an exportUrl that is no link, and does not repeat it', () => {
    const noLinks = [
      '/export/secret-path.pdf',
      'ftp://secret-path/x.pdf',
      'javascript:secret-path',
      'https://',
      '//secret-path/x',
    ];
    for (const exportUrl of noLinks) {
      expect(gamma.readStatus(changed(fixture('gamma', 'completed-pdf'), { exportUrl }))).toEqual({
        kind: 'unavailable',
        code: 'UnexpectedResponse',
        message:
          'Gamma sent an answer that is not understood: field "exportUrl" is not an absolute http(s) link',
      });
    }
  });

  it('names the field that is not as documented', () => {
    expect(gamma.readStatus(ok({ status: 7 }))).toMatchObject(naming('field "status"'));
    expect(gamma.readStatus(ok({ status: 'completed', exportUrl: 3 }))).toMatchObject(
      naming('field "exportUrl"'),
    );
    expect(gamma.readStatus(ok(null))).toMatchObject(naming('the body'));
  });

  it('archives a deck although fields that only inform are not as documented', () => {
    const unlike = { credits: 'many', gammaId: 9, extra: { new: true } };
    const status = gamma.readStatus(changed(fixture('gamma', 'completed-pdf'), unlike));
    expect(readyStatus(status).details).toEqual({ gammaUrl: details.gammaUrl });
    expect(readyStatus(status).document).toMatchObject(unlike);
  });

  it('keeps the export link out of everything but the exports', () => {
    const answer = fixture('gamma', 'completed-pdf');
    const { exportUrl } = answer.body as { exportUrl: string };
    const copies = [exportUrl, `see ${exportUrl}?dl=1`];
    const status = readyStatus(gamma.readStatus(changed(answer, { gammaId: exportUrl, copies })));
    expect(status.exports).toEqual([{ url: exportUrl }]);
    expect(JSON.stringify({ ...status, exports: [] })).not.toContain(
      '5f0c2b7a91d34e68a7b1c09d2e4f6a83',
    );
  });

  it('says so when a failed job has no reason', () => {
    expect(gamma.readStatus(ok({ status: 'failed' }))).toMatchObject({
      kind: 'failed',
      message: 'Gamma gave no reason',
    });
  });
});

describe("Gamma's rate limits", () => {
  const { headers } = fixture('gamma', 'pending');

  it('are read from the six headers', () => {
    expect(gamma.readRateLimits?.(headers)).toEqual({
      burst: { limit: 8000, remaining: 7731 },
      hourly: { limit: 36_000, remaining: 35_120 },
      daily: { limit: 180_000, remaining: 171_004 },
    });
  });

  it('are nothing where there are no such headers', () => {
    expect(gamma.readRateLimits?.({ 'content-type': 'application/json' })).toBeUndefined();
  });

  it.each(['', ' ', 'many', '-1', '12.5', '1e3', '0x10', '9, 9', '12345678901234567890', 'NaN'])(
    'lose the pair, and no other, of the malformed header "%s"',
    (malformed) => {
      const limits = gamma.readRateLimits?.({ ...headers, 'x-ratelimit-remaining': malformed });
      expect(limits).toEqual({
        burst: { limit: 8000, remaining: 7731 },
        daily: { limit: 180_000, remaining: 171_004 },
      });
    },
  );

  it('lose a pair of which one header is missing or the limit is 0', () => {
    expect(gamma.readRateLimits?.({ 'x-ratelimit-remaining-burst': '5' })).toBeUndefined();
    expect(
      gamma.readRateLimits?.({ 'x-ratelimit-limit': '0', 'x-ratelimit-remaining': '0' }),
    ).toBeUndefined();
  });
});
