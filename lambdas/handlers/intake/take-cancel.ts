import { cancelledError, type CancelTrigger } from '../../contract/cancel.ts';
import type { Executions } from '../../contract/ports.ts';
import { invalidRequest, type RefusedTrigger } from '../../contract/trigger.ts';
import { logAbout, tellingErrors } from '../about.ts';
import { requestExecutionName } from './execution-names.ts';
import type { IntakeOptions } from './intake-options.ts';
import { latestExecution, type NamedExecution } from './start-once.ts';
import type { Envelope } from './trigger-envelope.ts';

const refused = (field: string, message: string): RefusedTrigger =>
  invalidRequest([{ field, message }]);

/** What a cancel names: what there is of it, and what is said where it does not run. */
interface Target {
  readonly execution: NamedExecution | undefined;
  readonly notRunning: RefusedTrigger;
}

const followed = async (
  executions: Executions,
  provider: string,
  generationId: string,
): Promise<Target> => ({
  execution: await latestExecution(executions, { provider, generationId }),
  notRunning: refused(
    'generationId',
    `${provider}/${generationId} is not being followed under its id: it has ended already, or nobody sent "Generation Started". ` +
      'What began with "Generation Requested" is cancelled by its requestId',
  ),
});

const requested = async (
  executions: Executions,
  provider: string,
  requestId: string,
): Promise<Target> => {
  const name = requestExecutionName({ provider, requestId });
  const found = await executions.describe(name);
  const why =
    found === undefined
      ? 'is not known: nobody sent "Generation Requested", or it has not arrived yet. If it was sent a moment ago, send the cancel again'
      : 'has ended already. What "Generation Started" follows is cancelled by its generationId';
  return {
    execution: found === undefined ? undefined : { ...found, name },
    notRunning: refused('requestId', `the request ${requestId} to ${provider} ${why}`),
  };
};

/**
 * Step Functions keeps it with the execution, so that the same event, delivered again, is
 * recognised.
 */
const causeOf = ({ id = '' }: Envelope): string => `cancelled by the event ${id}`;

/** Whether the execution is stopped; one that has just ended by itself announces its own result. */
const stop = async (
  executions: Executions,
  { name }: NamedExecution,
  cause: string,
): Promise<boolean> => {
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
 * Takes `Generation Cancel`: stops the execution that follows the generation, or is to start it.
 * Step Functions tells of the stop, and whoever announces stopped executions announces this one as
 * cancelled: so it is announced once, whatever happens to intake.
 */
export const createTakeCancel = ({
  executions,
  log,
  executionArn,
}: Pick<IntakeOptions, 'executions' | 'log' | 'executionArn'>) => {
  return async (
    { provider, generationId, requestId = '' }: CancelTrigger,
    envelope: Envelope,
  ): Promise<RefusedTrigger | undefined> => {
    const find = async (): Promise<Target> =>
      generationId === undefined
        ? requested(executions, provider, requestId)
        : followed(executions, provider, generationId);
    const unknown = logAbout(log, { provider, generationId, execution: undefined });
    const { execution, notRunning } = await tellingErrors(unknown, find);
    if (execution === undefined) return notRunning;

    const cause = causeOf(envelope);
    const about = {
      eventId: envelope.id ?? '',
      ...(generationId === undefined ? { requestId } : {}),
    };
    const known = logAbout(log, {
      provider,
      generationId,
      execution: executionArn(execution.name),
    });
    if (execution.running) {
      const isStopped = await tellingErrors(unknown, () => stop(executions, execution, cause));
      known('info', isStopped ? 'cancelled' : 'ended before it could be cancelled', about);
      return undefined;
    }
    const isSameEvent =
      envelope.id !== undefined && execution.error === cancelledError && execution.cause === cause;
    if (!isSameEvent) return notRunning;
    known('info', 'cancelled already by the same event', about);
    return undefined;
  };
};
