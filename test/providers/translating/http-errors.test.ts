import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { jsonAnswerOf } from '../../../lambdas/providers/asking/json-answer.ts';
import { providers } from '../../../lambdas/providers/registry.ts';
import { bodySaying } from '../translations.ts';

const fixture = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../fixtures/errors/${name}.json`, import.meta.url), 'utf8'));

/** Errors in each provider's own shape, and in neighbouring ones that it may well send. */
const own = fixture('own') as Readonly<Record<string, readonly object[]>>;

/** What firewalls, load balancers and gateways send in a provider's place. */
const foreign = fixture('foreign') as readonly (readonly [string, string])[];

const cases = providers.map((provider) => [provider.title, provider] as const);

describe.each(cases)('%s, whatever its HTTP status', (title, provider) => {
  const statusOf = (status: number, body?: unknown) =>
    provider.readStatus({ status, headers: {}, body });
  const saying = (said: unknown): unknown => bodySaying(provider, said);

  const [ownError] = own[provider.name] ?? [];

  it.each([404, 410])('takes %i for a generation that is not there', (status) => {
    expect(statusOf(status, ownError).kind).toBe('notFound');
  });

  it.each([400, 422])('takes %i for an invalid request', (status) => {
    expect(statusOf(status, ownError)).toMatchObject({ kind: 'refused', code: 'InvalidRequest' });
  });

  it('takes 401 for an API key that is not valid', () => {
    expect(statusOf(401, ownError)).toMatchObject({ kind: 'refused', code: 'Unauthorized' });
  });

  it.each(own[provider.name] ?? [])(
    'knows its own errors, with other fields as well: %j',
    (body) => {
      expect(statusOf(404, body).kind).toBe('notFound');
      expect(statusOf(401, body)).toMatchObject({ kind: 'refused', code: 'Unauthorized' });
    },
  );

  describe.each(foreign)('that comes with %s', (_, text) => {
    it.each([400, 401, 402, 403, 404, 410, 422])(
      'takes %i for no word of the provider',
      (status) => {
        const answer = jsonAnswerOf({ status, headers: {}, text });
        expect(provider.readStatus(answer)).toMatchObject({
          kind: 'unavailable',
          code: 'UnexpectedResponse',
          message: expect.stringMatching(new RegExp(`^${title} answered ${status}.*baseUrl`)),
        });
      },
    );
  });

  it.each([
    { 'cf-mitigated': 'challenge' },
    { 'x-amzn-errortype': 'ForbiddenException' },
    { 'x-amzn-waf-action': 'captcha' },
    { 'x-vercel-error': 'DEPLOYMENT_NOT_FOUND' },
    { 'x-vercel-mitigated': 'deny' },
  ])('takes an answer for no word of the provider that names another author: %j', (headers) => {
    const answer = { status: 403, headers, body: ownError };
    expect(provider.readStatus(answer).kind).toBe('unavailable');
  });

  it('takes 429 for too many requests', () => {
    expect(statusOf(429)).toEqual({ kind: 'throttled', message: `${title} answered 429` });
  });

  it.each([408, 500, 501, 502, 503, 504, 529, 599])(
    'takes %i for a provider that is not available',
    (status) => {
      expect(statusOf(status)).toMatchObject({ kind: 'unavailable', code: 'ProviderUnavailable' });
    },
  );

  it.each([0, 100, 199, 300, 304, 405, 409, 418, 451, 600, 999])(
    'takes %i for an answer that is not understood',
    (status) => {
      expect(statusOf(status)).toMatchObject({ kind: 'unavailable', code: 'UnexpectedResponse' });
    },
  );

  it.each([301, 302, 307, 308])('says of the redirect %i why it is not followed', (status) => {
    const message = expect.stringContaining('redirects are not followed');
    expect(statusOf(status)).toMatchObject({
      kind: 'unavailable',
      code: 'UnexpectedResponse',
      message,
    });
  });

  it.each([200, 201, 202])('reads the status out of a %i', (status) => {
    expect(statusOf(status, saying('marinating'))).toMatchObject({
      kind: 'pending',
      unknownStatus: true,
    });
  });

  it.each([
    [200, undefined],
    [204, undefined],
    [200, []],
    [200, 'completed'],
    [200, {}],
    [200, saying('')],
    [200, saying(null)],
  ])('does not understand a %i with the body %j', (status, body) => {
    expect(statusOf(status, body)).toMatchObject({
      kind: 'unavailable',
      code: 'UnexpectedResponse',
    });
  });

  it("takes words of JavaScript's own for unknown statuses", () => {
    for (const status of ['constructor', '__proto__', 'toString', 'COMPLETE', 'com pleted']) {
      expect(statusOf(200, saying(status))).toMatchObject({ kind: 'pending', unknownStatus: true });
    }
  });

  it('cleans and cuts an unknown status', () => {
    expect(statusOf(200, saying(`new\n\u202Eword${'!'.repeat(500)}`))).toEqual({
      kind: 'pending',
      said: `new word${'!'.repeat(55)}…`,
      unknownStatus: true,
    });
    expect(statusOf(200, saying('\n'))).toMatchObject({ said: '(blank)' });
  });

  it('cleans what an error says', () => {
    const error = { message: 'see https://h.example/f?X-Amz-Signature=hush\u0007\nnow' };
    expect(statusOf(500, { error })).toMatchObject({
      message: `${title} answered 500 "see https://h.example/f now"`,
    });
  });
});
