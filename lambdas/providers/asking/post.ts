import type { JsonObject } from '../../contract/json.ts';
import type { PostOutcome, PostReport } from '../post-outcome.ts';
import type { JsonAnswer } from '../provider-answer.ts';
import { mapTexts } from '../redacting/map-texts.ts';
import { postedEraser } from '../redacting/posted-text.ts';
import {
  answeredText,
  foreignText,
  isOwn,
  redirectAdvice,
  type HttpErrorOptions,
} from '../translating/http-errors.ts';
import { postFateOf } from '../translating/post-fate.ts';
import { readRefusedPost, type ReadRefusal } from '../translating/post-refusal.ts';
import { createExchange, type ExchangeOptions, type KeyedRequest } from './exchange.ts';

/** What is posted, in the provider's own terms. */
export interface Post extends KeyedRequest {
  readonly errors: HttpErrorOptions;
  /** What a refusal of this very request means; absent: what it means to a status request. */
  readonly readRefusal?: ReadRefusal;
}

/** Posts once, and never throws for what the network or the provider does. */
export type PostToProvider = (post: Post) => Promise<PostReport>;

/** Texts of an error that are looked through; a message holds the first few. */
const maxTexts = 200;

/** What an error tells, without what was posted: no prompt and no reply gets into an event or a log. */
export const withoutPosted = (answer: JsonAnswer, posted: JsonObject | undefined): JsonAnswer => {
  if (posted === undefined) return answer;
  const erase = postedEraser(posted);
  let texts = 0;
  const within = (text: string): string => {
    texts += 1;
    return texts > maxTexts ? '' : erase(text);
  };
  const { page } = answer;
  return {
    ...answer,
    body: mapTexts(answer.body, within),
    ...(page === undefined ? {} : { page: within(page) }),
  };
};

/** What came of a POST that was answered. */
const outcomeOf = (
  answer: JsonAnswer,
  { errors, readRefusal = readRefusedPost }: Pick<Post, 'errors' | 'readRefusal'>,
  posted: JsonObject | undefined,
): PostOutcome => {
  const { status } = answer;
  const { title } = errors;
  const isOurs = isOwn(answer, errors);
  const fate = postFateOf(status, isOurs);
  if (fate === 'accepted') return { kind: 'accepted', answer };
  const told = withoutPosted(answer, posted);
  const answered = answeredText(told, title);
  switch (fate) {
    case 'throttled':
      return { kind: 'throttled', message: answered };
    case 'refused':
      return { kind: 'refused', ...readRefusal(told, errors) };
    case 'uncertain':
      if (status >= 300 && status <= 399)
        return { kind: 'uncertain', message: `${answered}: ${redirectAdvice}` };
      return {
        kind: 'uncertain',
        message: status < 500 && !isOurs ? foreignText(told, title) : answered,
      };
  }
};

/** See {@link PostToProvider}. */
export const createPostToProvider = (options: ExchangeOptions): PostToProvider => {
  const exchange = createExchange(options);
  return async (post) => {
    const exchanged = await exchange(post);
    const { title } = post.provider;
    switch (exchanged.kind) {
      case 'keyUnread':
        return { outcome: { kind: 'unreached', message: exchanged.message } };
      case 'keyMissing': {
        const { message } = exchanged;
        return { outcome: { kind: 'refused', code: 'CredentialMissing', message } };
      }
      case 'unanswered': {
        const { reason, unsent } = exchanged;
        return unsent
          ? { outcome: { kind: 'unreached', message: `${title} could not be reached: ${reason}` } }
          : { outcome: { kind: 'uncertain', message: `no answer of ${title}: ${reason}` } };
      }
      case 'answered':
        return {
          outcome: outcomeOf(exchanged.answer, post, exchanged.posted),
          ...exchanged.timing,
        };
    }
  };
};
