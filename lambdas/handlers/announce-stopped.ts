import * as z from 'zod';
import { cancelledError } from '../contract/cancel.ts';
import { ArchiverError, errorCodes, type Problem } from '../contract/error-codes.ts';
import type { Clock, EventBus, Executions, Log, Measure } from '../contract/ports.ts';
import { notStartedOf, requestCancelledOf, resultOf } from '../contract/result-of.ts';
import type { CancelledResult, NotStartedResult, Result } from '../contract/results.ts';
import { cancelledStartProblem, uncertainProblem } from '../contract/start-problems.ts';
import { logAbout, tellingErrors } from './about.ts';
import { lastKnown, type LastKnown } from './last-known.ts';
import { measureFailed } from './measure-failed.ts';

/** The world of the function that announces stopped executions. */
export interface AnnounceStoppedOptions {
  readonly bus: EventBus;
  readonly executions: Pick<Executions, 'describe' | 'lastState'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly measure: Measure;
}

/**
 * The statuses of an execution that has ended without success (Step Functions API Reference,
 * "DescribeExecution").
 */
const endedSchema = z.enum(['FAILED', 'TIMED_OUT', 'ABORTED']);

/**
 * Step Functions Developer Guide, "Automating Step Functions event delivery with EventBridge": what
 * is read of such an event.
 */
const eventSchema = z.object({
  detail: z.object({
    executionArn: z.string().min(1),
    name: z.string().min(1),
    status: endedSchema,
  }),
});

/** An error's name as a message quotes it: names of services and of our own code, never a text. */
const errorName = /^[A-Za-z0-9._-]{1,100}$/;

/** A Fail state of the machine ends with one of these, always after an announcement. */
const isAnnounced = (error: string | undefined): boolean =>
  errorCodes.some((code) => code === error);

const reasonOf = (status: z.infer<typeof endedSchema>, error: string | undefined): string => {
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
interface Ended {
  readonly status: z.infer<typeof endedSchema>;
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

const resultFor = (
  known: LastKnown,
  { status, error }: Ended,
  execution: string,
  now: number,
): Result | NotStartedResult | CancelledResult => {
  // Only whoever stops an execution on request gives it this error; a state machine cannot end with
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

/**
 * Announces an execution that ended without a word: cancelled on request, stopped by hand, stopped
 * by its time limit, or failed in a way that the machine cannot catch. What the machine announced
 * itself is only counted.
 *
 * @throws where it cannot be announced now: Lambda then tries again, and the dead-letter queue
 *   keeps what never succeeds.
 */
export const createAnnounceStopped = ({
  bus,
  executions,
  clock,
  measure,
  ...options
}: AnnounceStoppedOptions) => {
  return async (event: unknown): Promise<void> => {
    const { executionArn: execution, name, status } = eventSchema.parse(event).detail;
    const logBefore = logAbout(options.log, {
      provider: undefined,
      generationId: undefined,
      execution,
    });
    const found = await tellingErrors(logBefore, () => executions.describe(name));
    const known =
      found === undefined
        ? undefined
        : await tellingErrors(logBefore, () => lastKnown(executions, name, found.input));
    const { provider, generationId } = known?.generation ?? {};
    const log = logAbout(options.log, { provider, generationId, execution });

    await tellingErrors(log, async () => {
      // Its answers are eventually consistent.
      if (found === undefined || found.running) {
        throw new ArchiverError(
          'InternalError',
          `the execution ${name} has ended (${status}), but Step Functions does not say so yet`,
        );
      }
      const { error } = found;
      const isStarted = known?.kind !== 'requested';
      if (status === 'FAILED' && isAnnounced(error)) {
        measureFailed(measure, { provider, status, error, isAnnounced: true, isStarted });
        log('info', 'announced by the machine', { error: error ?? '' });
        return;
      }
      if (known === undefined) {
        const message = `the execution ${name} has no input of intake: whoever started it by hand must look after it`;
        throw new ArchiverError('InternalError', message);
      }

      const { detailType, detail } = resultFor(known, { status, error }, execution, clock.now());
      await bus.put(detailType, detail);
      measureFailed(measure, { provider, status, error, isAnnounced: false, isStarted });
      if (detailType === 'Generation Cancelled')
        log('info', 'cancelled execution announced', { status });
      else log('warn', 'stopped execution announced', { status });
    });
  };
};
