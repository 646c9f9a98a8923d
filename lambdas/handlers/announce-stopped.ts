import * as z from 'zod';
import { cancelledError } from '../contract/cancel.ts';
import { ArchiverError, errorCodes, type Problem } from '../contract/error-codes.ts';
import type { Clock, EventBus, ExecutionFound, Executions, Log, Measure } from '../contract/ports.ts';
import { resultOf } from '../contract/result-of.ts';
import { executionInputSchema, type ExecutionInput } from '../contract/state.ts';
import { logAbout, tellingErrors } from './about.ts';
import { measureFailed } from './measure-failed.ts';

/** The world of the function that announces stopped executions. */
export interface AnnounceStoppedOptions {
  readonly bus: EventBus;
  readonly executions: Pick<Executions, 'describe'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly measure: Measure;
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

const inputOf = (text: string): ExecutionInput | undefined => {
  try {
    return executionInputSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
};

/**
 * Announces an execution that ended without a word: cancelled on request, stopped by hand, stopped by its time limit, or failed
 * in a way that the machine cannot catch. Such an execution lost what it knew, so the event counts no checks. What the machine
 * announced itself is only counted.
 *
 * @throws where it cannot be announced now: Lambda then tries again, and the dead-letter queue keeps what never succeeds.
 */
export const createAnnounceStopped = ({ bus, executions, clock, measure, ...options }: AnnounceStoppedOptions) => {
  return async (event: unknown): Promise<void> => {
    const { executionArn: execution, name, status } = eventSchema.parse(event).detail;
    const logBefore = logAbout(options.log, { provider: undefined, generationId: undefined, execution });
    const found = await tellingErrors(logBefore, () => executions.describe(name));
    const input = found === undefined ? undefined : inputOf(found.input);
    const { provider, generationId } = input?.generation ?? {};
    const log = logAbout(options.log, { provider, generationId, execution });

    await tellingErrors(log, async () => {
      // Its answers are eventually consistent.
      if (found === undefined || found.running) {
        throw new ArchiverError('InternalError', `the execution ${name} has ended (${status}), but Step Functions does not say so yet`);
      }
      const { error } = found;
      if (status === 'FAILED' && isAnnounced(error)) {
        measureFailed(measure, { provider, status, error, isAnnounced: true });
        log('info', 'announced by the machine', { error: error ?? '' });
        return;
      }
      if (input === undefined) {
        const message = `the execution ${name} has no input of intake: whoever started it by hand must look after it`;
        throw new ArchiverError('InternalError', message);
      }

      const outcome = outcomeOf(status, found);
      const { detailType, detail } = resultOf(outcome.detailType, {
        generation: input.generation,
        execution,
        memory: input.poll.memory,
        now: clock.now(),
        problem: outcome.problem,
      });
      await bus.put(detailType, detail);
      measureFailed(measure, { provider, status, error, isAnnounced: false });
      if (detailType === 'Generation Cancelled') log('info', 'cancelled execution announced', { status });
      else log('warn', 'stopped execution announced', { status });
    });
  };
};
