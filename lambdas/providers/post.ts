import type { Problem } from '../contract/error-codes.ts';
import type { ApiRequest } from '../contract/ports.ts';
import { parseRetryAfter } from '../polling/retry-after.ts';
import type { AskOptions } from './ask.ts';
import { parseJson, readKey, withoutKey } from './exchange.ts';
import { readHttpError, type HttpErrorOptions } from './http-errors.ts';
import type { JsonAnswer, Provider } from './provider.ts';

/**
 * What came of a POST, by what is known of its fate: nothing but `accepted` and `uncertain` can have done anything at the
 * provider, and whoever repeats an `uncertain` one may do it twice.
 */
export type PostOutcome =
  /** 2xx. `body` is `undefined` where it cannot be read. */
  | { readonly kind: 'accepted'; readonly answer: JsonAnswer }
  /** Certainly nothing was done, and another try would come to the same. */
  | { readonly kind: 'refused'; readonly problem: Problem }
  /** Certainly nothing was done, and another try may help. */
  | { readonly kind: 'notNow'; readonly problem: Problem; readonly retryAfterSeconds?: number }
  /** It may have been done, or not. */
  | { readonly kind: 'uncertain'; readonly message: string };

/** What is posted, in the provider's own terms. */
export interface Post {
  readonly provider: Provider;
  readonly credential: string;
  /** Read the API key past the cache. */
  readonly fresh: boolean;
  readonly request: (base: { readonly baseUrl: string; readonly apiKey: string }) => ApiRequest;
  readonly errors: HttpErrorOptions;
}

/** Posts once, and never throws for what the network or the provider does. */
export type PostToProvider = (post: Post) => Promise<PostOutcome>;

/** What an answer other than 2xx says about the fate of the request. */
const readRefusal = (answer: JsonAnswer, errors: HttpErrorOptions, retryAfterSeconds: number | undefined): PostOutcome => {
  const trouble = readHttpError(answer, errors);
  const { message } = trouble;
  switch (trouble.kind) {
    case 'throttled':
      return {
        kind: 'notNow',
        problem: { code: 'ProviderUnavailable', message },
        ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
      };
    case 'notFound':
      return { kind: 'refused', problem: { code: 'GenerationNotFound', message } };
    case 'refused':
      return { kind: 'refused', problem: { code: trouble.code, message } };
    case 'unavailable':
      // A server error or a time-out of a gateway may come after the work has begun; a redirect or another 4xx comes before.
      if (trouble.code === 'ProviderUnavailable') return { kind: 'uncertain', message };
      return { kind: 'refused', problem: { code: trouble.code, message } };
  }
};

/** See {@link PostToProvider}. */
export const createPostToProvider = ({ settings, apiKeys, askApi, clock }: Omit<AskOptions, 'registry'>): PostToProvider => {
  return async ({ provider, credential, fresh, request, errors }) => {
    const { name, title } = provider;
    const own = settings[name];
    if (own === undefined) throw new Error(`provider '${name}' is not deployed with this function`);

    const key = await readKey(apiKeys, name, credential, fresh);
    if ('failed' in key) return { kind: 'notNow', problem: { code: 'ProviderUnavailable', message: key.failed } };
    if (!key.found) return { kind: 'refused', problem: { code: 'CredentialMissing', message: key.message } };

    const outcome = await askApi(request({ baseUrl: own.baseUrl, apiKey: key.apiKey }));
    if (!outcome.reached) {
      const message = `${title} could not be reached: ${outcome.reason}`;
      if (outcome.unsent === true) return { kind: 'notNow', problem: { code: 'ProviderUnavailable', message } };
      return { kind: 'uncertain', message };
    }
    const { status, headers, text } = outcome.answer;
    const body = text === undefined ? undefined : parseJson(withoutKey(text, key.apiKey))?.body;
    const answer = { status, headers, body };
    if (status >= 200 && status < 300) return { kind: 'accepted', answer };
    return readRefusal(answer, errors, parseRetryAfter(headers['retry-after'], clock.now()));
  };
};
