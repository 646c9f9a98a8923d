import { cancelledError, type CancelTrigger } from '../../contract/cancel.ts';
import { invalidRequest, type RefusedTrigger } from '../../contract/parse-trigger.ts';
import { logAbout, loggingErrors } from '../generation-log.ts';
import { periodsAt, requestExecutionName } from './execution-names.ts';
import type { IntakeOptions } from './intake-options.ts';
import {
  askAgain,
  executionsOf,
  goesOn,
  isAnnouncingEnd,
  requestExecutionsOf,
  type AskingExecutions,
  type NamedExecution,
} from './running-execution.ts';
import type { Envelope } from './trigger-envelope.ts';

const refused = (field: string, message: string): RefusedTrigger =>
  invalidRequest([{ field, message }]);

/** What a cancel names: what there is of it, and what is said where it does not run. */
interface Target {
  readonly execution: NamedExecution | undefined;
  readonly notRunning: RefusedTrigger;
}

/**
 * The execution that runs, else the one that the same cancel has stopped, else the newest: those of
 * requests come first, and a later period's before an earlier one's.
 */
const latestOf = async (
  asking: AskingExecutions,
  generation: { readonly provider: string; readonly generationId: string },
  isSameEvent: (execution: NamedExecution) => boolean,
): Promise<NamedExecution | undefined> => {
  const known = [...(await requestExecutionsOf(asking, generation))];
  for (const period of periodsAt(generation, asking.clock.now()))
    known.push(...(await executionsOf(asking, generation, period)).slice(-1));
  return known.find(({ running }) => running) ?? known.find(isSameEvent) ?? known[0];
};

const followed = async (
  asking: AskingExecutions,
  provider: string,
  generationId: string,
  isSameEvent: (execution: NamedExecution) => boolean,
): Promise<Target> => ({
  execution: await latestOf(asking, { provider, generationId }, isSameEvent),
  notRunning: refused(
    'generationId',
    `${provider}/${generationId} is not being followed under its id: it has ended already, or nobody sent "Generation Started". ` +
      'What began with "Generation Requested" is cancelled by its requestId until it is accepted',
  ),
});

const requested = async (
  { executions }: AskingExecutions,
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

/**
 * Whether the execution is stopped; one that has just ended by itself announces its own result.
 * What Step Functions answers about one that has ended is not documented (API Reference,
 * "StopExecution"): an error, or success, which then only the log repeats.
 */
const stop = async (
  asking: Pick<IntakeOptions, 'executions' | 'clock' | 'log'>,
  execution: NamedExecution,
  cause: string,
): Promise<boolean> => {
  const { executions } = asking;
  const { name } = execution;
  // The cancel may be the answer to a result that is being announced.
  const mayBe = executions.stateOf !== undefined && (await isAnnouncingEnd(asking, execution));
  if (mayBe && !(await goesOn(asking, execution))) return false;
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
 * Step Functions tells of the stop, and the function that announces stopped executions announces this one as
 * cancelled: so it is announced once, whatever happens to intake.
 */
export const createTakeCancel = (
  options: Pick<IntakeOptions, 'executions' | 'claims' | 'clock' | 'log' | 'executionArn'>,
) => {
  const { clock, log, executionArn } = options;
  return async (
    { provider, generationId, requestId = '' }: CancelTrigger,
    envelope: Envelope,
  ): Promise<RefusedTrigger | undefined> => {
    const cause = causeOf(envelope);
    const isSameEvent = ({ error, cause: told }: NamedExecution): boolean =>
      envelope.id !== undefined && error === cancelledError && told === cause;
    const find = async (): Promise<Target> =>
      generationId === undefined
        ? requested(options, provider, requestId)
        : followed(options, provider, generationId, isSameEvent);
    const unknown = logAbout(log, { provider, generationId, execution: undefined });
    // The name of a request is used once. What began a moment ago may not be known yet.
    const isFinal = generationId === undefined;
    const { execution, notRunning } = await loggingErrors(unknown, () =>
      askAgain(
        clock,
        find,
        ({ execution: found }) =>
          found !== undefined && (found.running || isFinal || isSameEvent(found)),
      ),
    );
    if (execution === undefined) return notRunning;

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
      const isStopped = await loggingErrors(unknown, () => stop(options, execution, cause));
      known('info', isStopped ? 'cancelled' : 'ended before it could be cancelled', about);
      return undefined;
    }
    if (!isSameEvent(execution)) return notRunning;
    known('info', 'cancelled already by the same event', about);
    return undefined;
  };
};
