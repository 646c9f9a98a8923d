import type * as z from 'zod';
import type { GenerationDetails } from '../../contract/results.ts';
import type { RefusalCode } from '../../polling/status.ts';
import type { JsonAnswer } from '../provider.ts';
import type { StartOutcome } from '../starting.ts';
import { redirectAdvice, type Refusal } from './http-errors.ts';
import { postFateOf } from './post-fate.ts';
import { problemText } from './text.ts';

/** How one provider's answers to a create request are understood. */
export interface StartAnswerOptions<Body> {
  readonly title: string;
  /**
   * A 2xx answer; holds the id. Only the id is used: a link to poll that comes with it is not
   * followed.
   */
  readonly schema: z.ZodType<Body>;
  read(body: Body): { readonly generationId: string; readonly details: GenerationDetails };
  /** What a 402 or 403 means at this provider, as for its status requests. */
  readonly refusal: (status: number, said: string | undefined) => Refusal | undefined;
}

const codeOf = (status: number): RefusalCode => {
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

const adviceOf = (code: RefusalCode, title: string): string => {
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

const readRefusal = <Body>(
  { status, body }: JsonAnswer,
  { title, refusal }: StartAnswerOptions<Body>,
): StartOutcome => {
  const said = problemText(body);
  const answered = `${title} answered ${status}${said === undefined ? '' : ` "${said}"`}`;
  const fate = postFateOf(status);
  if (fate === 'throttled') return { kind: 'throttled', message: answered };
  const isRedirect = status >= 300 && status <= 399;
  const message = isRedirect ? `${answered}: ${redirectAdvice}` : answered;
  if (fate !== 'refused') return { kind: 'uncertain', message };
  if (isRedirect) return { kind: 'refused', code: 'InvalidRequest', message };
  const own = refusal(status, said);
  const code = own?.code ?? codeOf(status);
  // The advice of a status request is about a generation that exists.
  const advice = own === undefined || code === 'Unauthorized' ? adviceOf(code, title) : own.advice;
  return { kind: 'refused', code, message: `${answered}: ${advice}` };
};

/**
 * Understands the answer to a create request. An answer that accepts it but tells no usable id
 * leaves the caller uncertain.
 */
export const readStartAnswer = <Body>(
  answer: JsonAnswer,
  options: StartAnswerOptions<Body>,
): StartOutcome => {
  if (postFateOf(answer.status) !== 'accepted') return readRefusal(answer, options);
  const parsed = options.schema.safeParse(answer.body);
  if (parsed.success) return { kind: 'accepted', ...options.read(parsed.data) };
  const field = parsed.error.issues[0]?.path.map(String).join('.') ?? '';
  const where = field === '' ? 'the body' : `field "${field}"`;
  return {
    kind: 'uncertain',
    message: `${options.title} answered ${answer.status}, but ${where} is not understood`,
  };
};
