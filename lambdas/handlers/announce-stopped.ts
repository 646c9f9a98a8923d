import { z } from 'zod';
import { cancelledError } from '../contract/cancel.ts';
import { ArchiverError, errorCodes, type Problem } from '../contract/error-codes.ts';
import type { Clock, EventBus, ExecutionFound, Executions, Log } from '../contract/ports.ts';
import { resultOf } from '../contract/result-of.ts';
import { executionInputSchema, type ExecutionInput } from '../contract/state.ts';

/** The world of the function that announces stopped executions. */
export interface AnnounceStoppedOptions {
  readonly bus: EventBus;
  readonly executions: Pick<Executions, 'describe'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** The statuses of an execution that has ended without success (Step Functions API Reference, "DescribeExecution"). */
const endedSchema = z.enum(['FAILED', 'TIMED_OUT', 'ABORTED']);

/** Step Functions Developer Guide, "Automating Step Functions event delivery with EventBridge": what is read of such an event. */
const eventSchema = z.object({
  detail: z.object({ executionArn: z.string().min(1), name: z.string().min(1), status: endedSchema }),
});

/** An error's name as a message quotes it: names of services and of our own code, never a text. */
const errorName = /^[A-Za-z0-9._-]{1,100}$/;

/** A Fail state of the machine ends with one of these, always after an announcement. */
const isAnnounced = (error: string | undefined): boolean => errorCodes.some((code) => code === error);

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
  message: 'cancelled on request: it is not followed any more. The provider\'s own job goes on, and may still be charged',
};

const outcomeOf = (status: z.infer<typeof endedSchema>, { error }: ExecutionFound) => {
  // Only whoever stops an execution on request gives it this error; a state machine cannot end with it.
  if (status === 'ABORTED' && error === cancelledError) return { detailType: 'Generation Cancelled', problem: cancelled } as const;
  const remedy = 'Send the event again to follow the generation further; what is stored is kept';
  const message = `the execution ${reasonOf(status, error)} before its result was announced. ${remedy}`;
  return { detailType: 'Generation Not Archived', problem: { code: 'InternalError', message } } as const;
};

const inputOf = (name: string, text: string): ExecutionInput => {
  try {
    return executionInputSchema.parse(JSON.parse(text));
  } catch {
    throw new ArchiverError('InternalError', `the execution ${name} has no input of intake: whoever started it by hand must look after it`);
  }
};

/**
 * Announces an execution that ended without a word: cancelled on request, stopped by hand, stopped by its time limit, or failed in a way that the
 * machine cannot catch. Such an execution lost what it knew, so the event counts no checks.
 *
 * @throws where it cannot be announced now: Lambda then tries again, and the dead-letter queue keeps what never succeeds.
 */
export const createAnnounceStopped = ({ bus, executions, clock, log }: AnnounceStoppedOptions) => {
  return async (event: unknown): Promise<void> => {
    const { executionArn, name, status } = eventSchema.parse(event).detail;
    const found = await executions.describe(name);
    // Its answers are eventually consistent.
    if (found === undefined || found.running) {
      throw new ArchiverError('InternalError', `the execution ${name} has ended (${status}), but Step Functions does not say so yet`);
    }
    if (status === 'FAILED' && isAnnounced(found.error)) {
      log('info', 'announced by the machine', { execution: executionArn, error: found.error ?? '' });
      return;
    }

    const { generation, poll } = inputOf(name, found.input);
    const outcome = outcomeOf(status, found);
    const { detailType, detail } = resultOf(outcome.detailType, {
      generation,
      execution: executionArn,
      memory: poll.memory,
      now: clock.now(),
      problem: outcome.problem,
    });
    await bus.put(detailType, detail);
    const { provider, generationId } = generation;
    const about = { provider, generationId, execution: executionArn, status };
    if (detailType === 'Generation Cancelled') log('info', 'cancelled execution announced', about);
    else log('warn', 'stopped execution announced', about);
  };
};
