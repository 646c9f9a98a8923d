import { cancelledError } from '../contract/cancel.ts';
import type { Problem } from '../contract/error-codes.ts';
import type { EndStatus } from '../contract/ports.ts';
import { notStartedOf, requestCancelledOf, resultOf } from '../contract/result-of.ts';
import type { CancelledResult, NotStartedResult, Result } from '../contract/results.ts';
import { cancelledStartProblem, uncertainProblem } from '../contract/start-problems.ts';
import type { LastKnown } from './last-known.ts';

/** An error's name as a message quotes it: names of services and of our own code, never a text. */
const errorName = /^[A-Za-z0-9._-]{1,100}$/;

const reasonOf = (status: EndStatus, error: string | undefined): string => {
  switch (status) {
    case 'ABORTED':
      return 'was stopped by hand';
    case 'TIMED_OUT':
      return 'outlived its time limit and was stopped';
    case 'FAILED':
      return `failed with ${errorName.test(error ?? '') ? error : 'an error'}`;
  }
};

const cancelled: Problem = {
  code: cancelledError,
  message:
    "cancelled on request: it is not followed any more. The provider's own job goes on, and may still be charged",
};

/** How an execution ended, in Step Functions' words. */
export interface Ended {
  readonly status: EndStatus;
  readonly error: string | undefined;
}

/** What is said of a start that was broken off. */
const brokenOff = (reason: string, mayExist: boolean): Problem =>
  mayExist
    ? uncertainProblem(
        `the execution ${reason} before the provider had accepted the request, as far as it tells`,
      )
    : {
        code: 'InternalError',
        message: `the execution ${reason} before anything was started at the provider. Send "Generation Requested" with another requestId to try again`,
      };

/**
 * The event about an execution that ended without a word.
 *
 * @param known what it knew at its end
 * @param execution its ARN
 * @param now milliseconds since 1970
 */
export const resultOfEnd = (
  known: LastKnown,
  { status, error }: Ended,
  execution: string,
  now: number,
): Result | NotStartedResult | CancelledResult => {
  // Only a stop on request gives it this error; a state machine cannot end with
  // it.
  const isCancelled = status === 'ABORTED' && error === cancelledError;
  if (known.kind === 'requested') {
    const { generation, mayExist } = known;
    if (isCancelled)
      return requestCancelledOf(generation, {
        execution,
        now,
        problem: cancelledStartProblem(mayExist),
      });
    return notStartedOf(generation, {
      execution,
      now,
      problem: brokenOff(reasonOf(status, error), mayExist),
    });
  }
  const about = { generation: known.generation, memory: known.memory, execution, now };
  if (isCancelled) return resultOf('Generation Cancelled', { ...about, problem: cancelled });
  const reason = reasonOf(status, error);
  const remedy =
    'Send "Generation Started" with its id to follow the generation further; what is stored is kept';
  const message = `the execution ${reason} before its result was announced. ${remedy}`;
  return resultOf('Generation Not Archived', {
    ...about,
    problem: { code: 'InternalError', message },
  });
};
