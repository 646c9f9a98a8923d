import type { ErrorCode, Problem } from '../../contract/error-codes.ts';
import type { RefusalCode, Trouble } from '../../polling/status.ts';
import type { JsonAnswer } from '../provider-answer.ts';
import {
  answeredText,
  readHttpError,
  redirectAdvice,
  type HttpErrorOptions,
} from './http-errors.ts';
import { problemText } from './text.ts';

/** What it means that a POST was certainly refused, and what to do about it. */
export type ReadRefusal = (answer: JsonAnswer, errors: HttpErrorOptions) => Problem;

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

/** Of what is posted about a generation that exists: it means what a status request's error means. */
export const readRefusedPost: ReadRefusal = (answer, errors) => {
  const trouble = readHttpError(answer, errors);
  return { code: codeOf(trouble), message: trouble.message };
};

const startCodeOf = (status: number): RefusalCode => {
  switch (status) {
    case 401:
    case 403:
      return 'Unauthorized';
    case 402:
      return 'InsufficientCredits';
    default:
      return 'InvalidRequest';
  }
};

const startAdviceOf = (code: RefusalCode, title: string): string => {
  switch (code) {
    case 'Unauthorized':
      return 'store an API key for this credential that may start generations';
    case 'InsufficientCredits':
      return `add credits or raise the limit at ${title}`;
    case 'PlanNotEligible':
      return `the plan at ${title} does not allow it`;
    case 'CredentialMissing':
    case 'InvalidRequest':
      return `check the request against ${title}'s documentation`;
  }
};

/** Of a create request: there is no generation yet, so that it is the request that is wrong. */
export const readRefusedStart: ReadRefusal = (answer, errors) => {
  const { status, body } = answer;
  const { title } = errors;
  const answered = answeredText(answer, title);
  if (status >= 300 && status <= 399)
    return { code: 'InvalidRequest', message: `${answered}: ${redirectAdvice}` };
  const own = errors.refusal(status, problemText(body));
  const code = own?.code ?? startCodeOf(status);
  // The advice of a status request is about a generation that exists.
  const advice =
    own === undefined || code === 'Unauthorized' ? startAdviceOf(code, title) : own.advice;
  return { code, message: `${answered}: ${advice}` };
};
