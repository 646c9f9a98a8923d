import type { RefusalCode, Trouble } from '../../polling/status.ts';
import type { JsonAnswer } from '../provider.ts';
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

/**
 * Understands an answer whose HTTP status is not 2xx. The body helps with the message only, so a
 * proxy's page in its place does no harm.
 */
export const readHttpError = ({ status, body }: JsonAnswer, options: HttpErrorOptions): Trouble => {
  const said = problemText(body);
  const message = (advice?: string): string =>
    `${options.title} answered ${status}${said === undefined ? '' : ` "${said}"`}${advice === undefined ? '' : `: ${advice}`}`;

  if (status === 404 || status === 410)
    return { kind: 'notFound', message: message(options.notFoundAdvice) };
  if (status === 429) return { kind: 'throttled', message: message() };
  if (status === 408 || (status >= 500 && status <= 599)) {
    return { kind: 'unavailable', code: 'ProviderUnavailable', message: message() };
  }
  const refusal = commonRefusal(status) ?? options.refusal(status, said);
  if (refusal !== undefined)
    return { kind: 'refused', code: refusal.code, message: message(refusal.advice) };
  const isRedirect = status >= 300 && status <= 399;
  return {
    kind: 'unavailable',
    code: 'UnexpectedResponse',
    message: message(isRedirect ? redirectAdvice : undefined),
  };
};
