import { describe, expect, it } from 'vitest';
import { slidespeak } from '../../../lambdas/providers/slidespeak/slidespeak.ts';
import {
  changed,
  describeLinks,
  describeTranslations,
  fixture,
  ok,
  readyStatus,
} from '../translations.ts';

const linkId = 'cmx7q2n4k0001plover8h3d5a';
const url =
  'https://slidespeak-files.example/decks/roadmap.pptx?X-Amz-Expires=900&X-Amz-Signature=ploverSecretA';
const reducedUrl = 'https://slidespeak-files.example/…';

const ready = (name: string, changes: object = {}, exports: readonly object[] = [{ linkId }]) => ({
  kind: 'ready',
  said: 'SUCCESS',
  partial: false,
  exports,
  document: { ...(fixture('slidespeak', name).body as object), ...changes },
  details: { request_id: linkId },
});

describeTranslations(slidespeak, {
  sent: { kind: 'pending', said: 'SENT' },
  success: ready('success'),
  'success-with-temporary-url': ready('success-with-temporary-url', {
    task_result: { url: reducedUrl, request_id: linkId },
    task_info: { url: reducedUrl, request_id: linkId },
  }),
  'success-request-id-in-info': ready('success-request-id-in-info'),
  'success-url-only': {
    ...ready('success-url-only', { task_result: { url: reducedUrl } }, [{ url }]),
    details: {},
  },
  'success-of-another-task': {
    kind: 'exportPending',
    said: 'SUCCESS',
    details: {},
    remedy:
      'check that the task id is that of a presentation; SlideSpeak gives no request_id for it',
  },
  failure: {
    kind: 'failed',
    said: 'FAILURE',
    message: 'The outline could not be written',
    details: {},
  },
  'unknown-status': { kind: 'pending', said: 'STARTED', unknownStatus: true },
  'http-401-invalid-key': {
    kind: 'refused',
    code: 'Unauthorized',
    message: 'SlideSpeak answered 401 "Invalid API key": store a valid API key for this credential',
  },
  'http-403-other-account': {
    kind: 'refused',
    code: 'Unauthorized',
    message:
      'SlideSpeak answered 403 "Not your task": use an API key of the account that started the task',
  },
  'http-404-not-found': {
    kind: 'notFound',
    message:
      'SlideSpeak answered 404 "Task not found": check the task id, ' +
      'and that the API key belongs to the account that started it; task ids are temporary',
  },
  'http-429-too-many-requests': {
    kind: 'throttled',
    message: 'SlideSpeak answered 429 "Slow down"',
  },
  'http-500-internal-error': {
    kind: 'unavailable',
    code: 'ProviderUnavailable',
    message: 'SlideSpeak answered 500 "It did not work"',
  },
});

describeLinks(slidespeak, {
  link: { kind: 'link', url },
  'without-link': { kind: 'noLink', message: 'SlideSpeak answered without a url' },
  'http-404-not-found': {
    kind: 'notFound',
    message:
      'SlideSpeak answered 404 "Presentation not found": the file is gone, or belongs to another account',
  },
});

const withResult = (task_result: unknown) =>
  slidespeak.readStatus(changed(fixture('slidespeak', 'success'), { task_result }));

describe('SlideSpeak', () => {
  const base = { baseUrl: 'https://api.slidespeak.co', apiKey: 'key-1' };

  it('is asked for the status at the documented address', () => {
    expect(slidespeak.statusRequest({ ...base, generationId: 'c81f/6d' })).toEqual({
      url: 'https://api.slidespeak.co/api/v2/task_status/c81f%2F6d',
      headers: { 'X-API-Key': 'key-1' },
    });
  });

  it('is asked for a link at the documented address', () => {
    expect(slidespeak.links?.request({ ...base, linkId: 'cm/x7' })).toEqual({
      url: 'https://api.slidespeak.co/api/v2/presentation/download/cm%2Fx7',
      headers: { 'X-API-Key': 'key-1' },
    });
  });

  it.each([['..'], ['../../task_status/1'], ['a b'], [''], ['x'.repeat(201)], [7.5], [null]])(
    'takes the request_id %j for none: it becomes part of a path',
    (request_id) => {
      expect(withResult({ request_id }).kind).toBe('exportPending');
    },
  );

  it('prefers the request_id, which is permanent, to a link, which is not', () => {
    expect(readyStatus(withResult({ url, request_id: linkId })).exports).toEqual([{ linkId }]);
  });

  it('names the link that is not as documented', () => {
    const notUnderstood = 'SlideSpeak sent an answer that is not understood: field';
    expect(withResult({ url: 'file:///etc/passwd' })).toMatchObject({
      code: 'UnexpectedResponse',
      message: `${notUnderstood} "task_result.url" is not an absolute http(s) link`,
    });
    expect(slidespeak.links?.read(ok({ url: 'decks/1.pptx' }))).toEqual({
      kind: 'unavailable',
      code: 'UnexpectedResponse',
      message: `${notUnderstood} "url" is not an absolute http(s) link`,
    });
  });

  it.each([
    ['It broke', 'It broke'],
    [{ error: 'It broke' }, 'It broke'],
    [null, 'SlideSpeak gave no reason'],
  ])('reads the reason of a failed task from %j', (task_result, message) => {
    expect(slidespeak.readStatus(ok({ task_status: 'FAILURE', task_result }))).toMatchObject({
      kind: 'failed',
      message,
    });
  });

  it('reads the reason of a failed task from its other field where the result has none', () => {
    const body = { task_status: 'FAILURE', task_result: null, task_info: 'No slides were made' };
    expect(slidespeak.readStatus(ok(body))).toMatchObject({ message: 'No slides were made' });
  });
});
