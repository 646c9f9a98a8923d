import type { RefusalCode, Trouble } from '../../polling/status.ts';
import type { JsonAnswer } from '../provider-answer.ts';
import { isObjectError, isOwnAnswer, type IsOwnError } from './own-error.ts';
import { problemText } from './text.ts';

/** What an HTTP status means at one provider, and what to do about it. */
export interface Refusal {
  readonly code: RefusalCode;
  readonly advice: string;
}

/** What is particular to one provider's HTTP errors. */
export interface HttpErrorOptions {
  readonly title: string;
  /** What to do about a 404. */
  readonly notFoundAdvice: string;
  /**
   * The statuses that mean a refusal at this provider alone (402, 403); `said` is its error text.
   */
  refusal(status: number, said: string | undefined): Refusal | undefined;
  /**
   * Whether a JSON body is an error of this provider. An answer whose body is not says nothing about
   * the generation, as something in between has answered. Absent: every JSON object that no gateway
   * is known to send.
   */
  readonly isOwnError?: IsOwnError;
}

/** The refusals that every provider documents alike. */
const commonRefusal = (status: number): Refusal | undefined => {
  switch (status) {
    case 400:
    case 422:
      return { code: 'InvalidRequest', advice: 'check the generation id' };
    case 401:
      return { code: 'Unauthorized', advice: 'store a valid API key for this credential' };
    default:
      return undefined;
  }
};

/** What to do about a redirect. */
export const redirectAdvice =
  "redirects are not followed, so that the API key stays with its host; check the provider's baseUrl";

/** What to do about an answer that is not the provider's. */
const foreignAdvice =
  'it came from something in between (a firewall, a proxy, a load balancer) or from another host; check the baseUrl if it stays so';

/** Whether an error answer is the provider's own word, and not that of something in between. */
export const isOwn = (answer: JsonAnswer, { isOwnError = isObjectError }: HttpErrorOptions) =>
  isOwnAnswer(answer, isOwnError);

/** What a provider answered, in a sentence without an end. */
export const answeredText = ({ status, body, page }: JsonAnswer, title: string): string => {
  const said = problemText(body);
  if (said !== undefined) return `${title} answered ${status} "${said}"`;
  return `${title} answered ${status}${page === undefined ? '' : ` with ${page}`}`;
};

/** An error answer that something else than the provider gave. */
export const foreignText = (answer: JsonAnswer, title: string): string =>
  `${answeredText(answer, title)}, which is not how ${title} tells an error: ${foreignAdvice}`;

/**
 * Understands an answer whose HTTP status is not 2xx. What a status says about the generation, the
 * key or the request counts only where the body is the provider's own.
 */
export const readHttpError = (answer: JsonAnswer, options: HttpErrorOptions): Trouble => {
  const { status, body } = answer;
  const said = problemText(body);
  const message = (advice?: string): string =>
    `${answeredText(answer, options.title)}${advice === undefined ? '' : `: ${advice}`}`;
  const orForeign = (trouble: Trouble): Trouble =>
    status < 400 || status > 499 || isOwn(answer, options)
      ? trouble
      : {
          kind: 'unavailable',
          code: 'UnexpectedResponse',
          message: foreignText(answer, options.title),
        };

  if (status === 404 || status === 410)
    return orForeign({ kind: 'notFound', message: message(options.notFoundAdvice) });
  if (status === 429) return { kind: 'throttled', message: message() };
  if (status === 408 || (status >= 500 && status <= 599)) {
    return { kind: 'unavailable', code: 'ProviderUnavailable', message: message() };
  }
  const refusal = commonRefusal(status) ?? options.refusal(status, said);
  if (refusal !== undefined)
    return orForeign({ kind: 'refused', code: refusal.code, message: message(refusal.advice) });
  const isRedirect = status >= 300 && status <= 399;
  return orForeign({
    kind: 'unavailable',
    code: 'UnexpectedResponse',
    message: message(isRedirect ? redirectAdvice : undefined),
  });
};
