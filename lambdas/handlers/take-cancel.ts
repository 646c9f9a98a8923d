import { cancelledError, type CancelTrigger } from '../contract/cancel.ts';
import type { Executions } from '../contract/ports.ts';
import type { RefusedTrigger } from '../contract/trigger.ts';
import { logAbout, tellingErrors } from './about.ts';
import type { IntakeOptions } from './intake-options.ts';
import { latestExecution, type NamedExecution } from './start-once.ts';
import type { Envelope } from './trigger-envelope.ts';

const notRunning = (trigger: CancelTrigger): RefusedTrigger => {
  const message = `${trigger.provider}/${trigger.generationId} is not being followed: it has ended already, or nobody sent "Generation Started"`;
  return { ok: false, code: 'InvalidRequest', problems: [{ field: 'generationId', message }] };
};

/** Step Functions keeps it with the execution, so that the same event, delivered again, is recognised. */
const causeOf = ({ id = '' }: Envelope): string => `cancelled by the event ${id}`;

/** Whether the execution is stopped; one that has just ended by itself announces its own result. */
const stop = async (executions: Executions, { name }: NamedExecution, cause: string): Promise<boolean> => {
  try {
    await executions.stop(name, { error: cancelledError, cause });
    return true;
  } catch (error) {
    const found = await executions.describe(name);
    if (found === undefined || found.running) throw error;
    return false;
  }
};

/**
 * Takes `Generation Cancel`: stops the execution that follows the generation. Step Functions tells of the stop, and whoever
 * announces stopped executions announces this one as cancelled: so it is announced once, whatever happens to intake.
 */
export const createTakeCancel = ({ executions, log, executionArn }: Pick<IntakeOptions, 'executions' | 'log' | 'executionArn'>) => {
  return async (trigger: CancelTrigger, envelope: Envelope): Promise<RefusedTrigger | undefined> => {
    const { provider, generationId } = trigger;
    const unknown = logAbout(log, { provider, generationId, execution: undefined });
    const latest = await tellingErrors(unknown, () => latestExecution(executions, trigger));
    const cause = causeOf(envelope);
    const about = { provider, generationId, eventId: envelope.id ?? '' };
    if (latest?.running === true) {
      const isStopped = await tellingErrors(unknown, () => stop(executions, latest, cause));
      const message = isStopped ? 'cancelled' : 'ended before it could be cancelled';
      log('info', message, { ...about, execution: executionArn(latest.name) });
      return undefined;
    }
    const isSameEvent = envelope.id !== undefined && latest?.error === cancelledError && latest.cause === cause;
    if (!isSameEvent) return notRunning(trigger);
    log('info', 'cancelled already by the same event', { ...about, execution: executionArn(latest.name) });
    return undefined;
  };
};
