import { cancelledError } from '../../contract/cancel.ts';
import { acceptedFolder } from '../../contract/claim-names.ts';
import { ArchiverError } from '../../contract/error-codes.ts';
import type { Claims, Clock, ExecutionFound, Executions, Log } from '../../contract/ports.ts';
import { announcesEnd } from '../../contract/state-names.ts';
import { logAbout } from '../generation-log.ts';
import { executionName, requestExecutionName, type NamedGeneration } from './execution-names.ts';

/**
 * Runs of one generation within a period (28 days). More is a loop at the sender.
 */
export const maxRuns = 200;

/**
 * Pauses, in seconds, after which Step Functions is asked again. What it tells of an execution is
 * eventually consistent (API Reference, "DescribeExecution"): an answer may be seconds old.
 */
const pauses = [1, 2, 4] as const;

/** An execution and its name. */
export interface NamedExecution extends ExecutionFound {
  readonly name: string;
}

/** What the executions of intake are asked with. */
export interface AskingExecutions {
  readonly executions: Pick<Executions, 'describe' | 'stateOf'>;
  readonly clock: Clock;
  /** Which requests were accepted; absent where nothing is started. */
  readonly claims?: Pick<Claims, 'list'>;
  readonly log: Log;
}

/**
 * Asks until the answer is as wanted, or no answer can be seconds old any more.
 *
 * @param isWanted whether an answer may be acted upon at once
 */
export const askAgain = async <T>(
  clock: Clock,
  ask: () => Promise<T>,
  isWanted: (answer: T) => boolean,
): Promise<T> => {
  let answer = await ask();
  for (const seconds of pauses) {
    if (isWanted(answer)) return answer;
    await clock.sleep(seconds * 1000);
    answer = await ask();
  }
  return answer;
};

/** @throws where Step Functions says that a name is taken, and does not know the execution yet */
export const describeTaken = async (
  { executions, clock }: AskingExecutions,
  name: string,
): Promise<NamedExecution> => {
  const found = await askAgain(
    clock,
    () => executions.describe(name),
    (answer) => answer !== undefined,
  );
  if (found === undefined) {
    throw new ArchiverError(
      'InternalError',
      `the execution name ${name} is taken, but Step Functions does not know it yet`,
    );
  }
  return { ...found, name };
};

/** The executions for a generation in a period, in order: only the last of them may run. */
export const executionsOf = async (
  asking: AskingExecutions,
  generation: NamedGeneration,
  period: number,
): Promise<readonly NamedExecution[]> => {
  const known: NamedExecution[] = [];
  for (let run = 1; run <= maxRuns; run += 1) {
    const name = executionName(generation, run, period);
    const found = await asking.executions.describe(name);
    if (found === undefined) return known;
    known.push({ ...found, name });
    if (found.running) return known;
  }
  return known;
};

/**
 * The executions of requests that led to a generation: they have names of their own, and what was
 * accepted was noted before any event told the id.
 */
export const requestExecutionsOf = async (
  { executions, claims, clock, log }: AskingExecutions,
  generation: NamedGeneration,
): Promise<readonly NamedExecution[]> => {
  const { provider, generationId } = generation;
  const requestIds = async (): Promise<readonly string[]> => {
    try {
      return (await claims?.list(acceptedFolder(generation))) ?? [];
    } catch (error) {
      // Trouble of the bucket keeps no generation from being followed: that tells of it.
      logAbout(log, { provider, generationId, execution: undefined })(
        'error',
        'what was accepted could not be read',
        { error: error instanceof Error ? error.name : 'unknown error' },
      );
      return [];
    }
  };
  const known: NamedExecution[] = [];
  for (const requestId of await requestIds()) {
    const name = requestExecutionName({ provider, requestId });
    // It began: what does not know it does not know it yet.
    const found = await askAgain(
      clock,
      () => executions.describe(name),
      (answer) => answer !== undefined,
    );
    if (found !== undefined) known.push({ ...found, name });
  }
  return known;
};

/** Whether an execution that runs is just announcing its result, as far as its history tells. */
export const isAnnouncingEnd = async (
  { executions }: AskingExecutions,
  { name }: NamedExecution,
): Promise<boolean> => {
  const state = await executions.stateOf?.(name);
  return state !== undefined && announcesEnd(state);
};

/**
 * Whether an execution that Step Functions says is running goes on to run. One that has ended
 * meanwhile may have been over when the event was sent: its result may be what the event answers.
 * One that was cancelled after the event was sent is not followed again by it.
 *
 * @param sentAt when the event was sent, milliseconds since 1970, in whole seconds
 * @throws where it is just announcing its result: the event may be the answer to that, and is taken
 *   once it has ended
 */
export const goesOn = async (
  asking: AskingExecutions,
  execution: NamedExecution,
  sentAt = Infinity,
): Promise<boolean> => {
  const { executions, clock } = asking;
  const { name } = execution;
  const found = await askAgain(
    clock,
    () => executions.describe(name),
    (answer) => answer?.running === false,
  );
  if (found?.running === false)
    return found.error === cancelledError && (found.endedAt ?? 0) > sentAt + 1000;
  if (await isAnnouncingEnd(asking, execution)) {
    throw new ArchiverError(
      'InternalError',
      `the execution ${name} is announcing its result: the event is taken once it has ended`,
    );
  }
  return true;
};
