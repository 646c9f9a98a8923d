import type { ErrorCode, Problem } from '../../contract/error-codes.ts';
import type { Trouble } from '../../polling/status.ts';
import type { JsonAnswer } from '../provider.ts';
import { readHttpError, type HttpErrorOptions } from '../translating/http-errors.ts';
import { postFateOf } from '../translating/post-fate.ts';
import {
  createExchange,
  jsonAnswerOf,
  type ExchangeOptions,
  type KeyedRequest,
} from './exchange.ts';

/**
 * What came of a POST, by what is known of its fate: nothing but `accepted` and `uncertain` can
 * have done anything at the provider, and whoever repeats an `uncertain` one may do it twice.
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

const codeOf = (trouble: Trouble): ErrorCode => {
  switch (trouble.kind) {
    case 'throttled':
      return 'ProviderUnavailable';
    case 'notFound':
      return 'GenerationNotFound';
    case 'refused':
    case 'unavailable':
      return trouble.code;
  }
};

/** What came of a POST that was answered. */
const outcomeOf = (
  answer: JsonAnswer,
  errors: HttpErrorOptions,
  timing: { readonly retryAfterSeconds?: number },
): PostOutcome => {
  const fate = postFateOf(answer.status);
  if (fate === 'accepted') return { kind: 'accepted', answer };
  const trouble = readHttpError(answer, errors);
  const { message } = trouble;
  switch (fate) {
    case 'throttled':
      return { kind: 'notNow', problem: { code: codeOf(trouble), message }, ...timing };
    case 'refused':
      return { kind: 'refused', problem: { code: codeOf(trouble), message } };
    case 'uncertain':
      return { kind: 'uncertain', message };
  }
};

/** See {@link PostToProvider}. */
export const createPostToProvider = (options: ExchangeOptions): PostToProvider => {
  const exchange = createExchange(options);
  return async ({ errors, ...keyed }) => {
    const exchanged = await exchange(keyed);
    switch (exchanged.kind) {
      case 'keyUnread':
        return {
          kind: 'notNow',
          problem: { code: 'ProviderUnavailable', message: exchanged.message },
        };
      case 'keyMissing':
        return {
          kind: 'refused',
          problem: { code: 'CredentialMissing', message: exchanged.message },
        };
      case 'unanswered': {
        const message = `${keyed.provider.title} could not be reached: ${exchanged.reason}`;
        return exchanged.unsent
          ? { kind: 'notNow', problem: { code: 'ProviderUnavailable', message } }
          : { kind: 'uncertain', message };
      }
      case 'answered':
        return outcomeOf(jsonAnswerOf(exchanged.answer), errors, exchanged.timing);
    }
  };
};
