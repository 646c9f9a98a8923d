import * as z from 'zod';
import { ArchiverError } from '../../contract/error-codes.ts';
import type { Executions } from '../../contract/ports.ts';
import type { ExecutionInput } from '../../contract/state.ts';
import { executionName, periodsAt } from './execution-names.ts';
import {
  describeTaken,
  executionsOf,
  goesOn,
  maxRuns,
  requestExecutionsOf,
  type AskingExecutions,
  type NamedExecution,
} from './running-execution.ts';

/** What came of a start. */
export interface Started {
  readonly kind: 'started' | 'already running' | 'same event again';
  /** The execution's name. */
  readonly name: string;
}

/** What a start needs of the world. */
export interface StartOnceOptions extends AskingExecutions {
  readonly executions: Executions;
}

const startedBySchema = z.object({ generation: z.object({ eventId: z.string() }) });

const eventIdOf = (input: string): string | undefined => {
  try {
    return startedBySchema.parse(JSON.parse(input)).generation.eventId;
  } catch {
    return undefined;
  }
};

/** Why an execution leaves nothing to start; `undefined` where it is over. */
const hindrance = async (
  options: StartOnceOptions,
  execution: NamedExecution,
  { eventId, requestedAt }: Pick<ExecutionInput['generation'], 'eventId' | 'requestedAt'>,
): Promise<Started | undefined> => {
  const { name, input, running } = execution;
  if (eventId !== '' && eventIdOf(input) === eventId) return { kind: 'same event again', name };
  if (running && (await goesOn(options, execution, Date.parse(requestedAt))))
    return { kind: 'already running', name };
  return undefined;
};

/**
 * Starts an execution unless one for the same generation runs, whatever it began with, or the very
 * same event has had one.
 * Names are tried in order: a name that is taken is either running (nothing to do), from this event
 * (nothing to do), or ended (try the next). Two events at once try the same free name, and Step
 * Functions lets one have it. Whether one runs under a name of the period before is looked up only
 * in the days in which that can be.
 *
 * @throws where Step Functions cannot tell about a name that it says is taken, or where an
 *   execution is about to end: the same event is taken at the next try
 */
export const startOnce = async (
  options: StartOnceOptions,
  input: ExecutionInput,
): Promise<Started> => {
  const { executions, clock } = options;
  const { generation } = input;
  for (const requested of await requestExecutionsOf(options, generation)) {
    const found = await hindrance(options, requested, generation);
    if (found !== undefined) return found;
  }
  const [period = 0, ...earlier] = periodsAt(generation, clock.now());
  for (const before of earlier) {
    for (const execution of await executionsOf(options, generation, before)) {
      const found = await hindrance(options, execution, generation);
      if (found !== undefined) return found;
    }
  }
  for (let run = 1; run <= maxRuns; run += 1) {
    const name = executionName(generation, run, period);
    const outcome = await executions.start(name, input);
    if (outcome === 'started') return { kind: 'started', name };

    const taken = await describeTaken(options, name);
    const found = await hindrance(options, taken, generation);
    if (found !== undefined) return found;
  }
  const { provider, generationId } = generation;
  throw new ArchiverError(
    'InternalError',
    `${provider}/${generationId} has been archived ${maxRuns} times: stop sending events for it`,
  );
};
