import type { Problem } from '../contract/error-codes.ts';
import { createExchange, jsonAnswerOf, type ExchangeOptions, type KeyedRequest } from './exchange.ts';
import { readHttpError, type HttpErrorOptions } from './http-errors.ts';
import type { JsonAnswer } from './provider.ts';

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
export interface Post extends KeyedRequest {
  readonly errors: HttpErrorOptions;
}

/** Posts once, and never throws for what the network or the provider does. */
export type PostToProvider = (post: Post) => Promise<PostOutcome>;

/** What an answer other than 2xx says about the fate of the request. */
const readRefusal = (answer: JsonAnswer, errors: HttpErrorOptions, timing: { readonly retryAfterSeconds?: number }): PostOutcome => {
  const trouble = readHttpError(answer, errors);
  const { message } = trouble;
  switch (trouble.kind) {
    case 'throttled':
      return {
        kind: 'notNow',
        problem: { code: 'ProviderUnavailable', message },
        ...timing,
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
export const createPostToProvider = (options: ExchangeOptions): PostToProvider => {
  const exchange = createExchange(options);
  return async ({ errors, ...keyed }) => {
    const exchanged = await exchange(keyed);
    switch (exchanged.kind) {
      case 'keyUnread':
        return { kind: 'notNow', problem: { code: 'ProviderUnavailable', message: exchanged.message } };
      case 'keyMissing':
        return { kind: 'refused', problem: { code: 'CredentialMissing', message: exchanged.message } };
      case 'unanswered': {
        const message = `${keyed.provider.title} could not be reached: ${exchanged.reason}`;
        return exchanged.unsent ? { kind: 'notNow', problem: { code: 'ProviderUnavailable', message } } : { kind: 'uncertain', message };
      }
      case 'answered': {
        const answer = jsonAnswerOf(exchanged.answer);
        const isAccepted = answer.status >= 200 && answer.status < 300;
        return isAccepted ? { kind: 'accepted', answer } : readRefusal(answer, errors, exchanged.timing);
      }
    }
  };
};
