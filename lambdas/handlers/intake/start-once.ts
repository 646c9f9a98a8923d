import * as z from 'zod';
import { ArchiverError } from '../../contract/error-codes.ts';
import type { Generation } from '../../contract/generation.ts';
import type { ExecutionFound, Executions } from '../../contract/ports.ts';
import type { ExecutionInput } from '../../contract/state.ts';
import { executionName } from './execution-names.ts';

/**
 * Runs of one generation within the 90 days that Step Functions remembers a name. More is a loop at
 * the sender.
 */
const maxRuns = 200;

/** What came of a start. */
export interface Started {
  readonly kind: 'started' | 'already running' | 'same event again';
  /** The execution's name. */
  readonly name: string;
}

/** An execution and its name. */
export interface NamedExecution extends ExecutionFound {
  readonly name: string;
}

/**
 * The last of the executions for a generation: the only one that may run. `undefined` where there
 * was none.
 */
export const latestExecution = async (
  executions: Pick<Executions, 'describe'>,
  generation: Pick<Generation, 'provider' | 'generationId'>,
): Promise<NamedExecution | undefined> => {
  let latest: NamedExecution | undefined;
  for (let run = 1; run <= maxRuns; run += 1) {
    const name = executionName(generation, run);
    const found = await executions.describe(name);
    if (found === undefined) return latest;
    latest = { ...found, name };
    if (found.running) return latest;
  }
  return latest;
};

const startedBySchema = z.object({ generation: z.object({ eventId: z.string() }) });

const eventIdOf = (input: string): string | undefined => {
  try {
    return startedBySchema.parse(JSON.parse(input)).generation.eventId;
  } catch {
    return undefined;
  }
};

/**
 * Starts an execution unless one for the same generation runs, or the very same event has had one.
 * Names are tried in order: a name that is taken is either running (nothing to do), from this event
 * (nothing to do), or ended (try the next). Two events at once try the same free name, and Step
 * Functions lets one have it.
 *
 * @throws where Step Functions cannot tell about a name that it says is taken: its answers are
 *   eventually consistent
 */
export const startOnce = async (
  executions: Executions,
  input: ExecutionInput,
): Promise<Started> => {
  const { generation } = input;
  for (let run = 1; run <= maxRuns; run += 1) {
    const name = executionName(generation, run);
    const outcome = await executions.start(name, input);
    if (outcome === 'started') return { kind: 'started', name };

    const found = await executions.describe(name);
    if (found === undefined) {
      throw new ArchiverError(
        'InternalError',
        `the execution name ${name} is taken, but Step Functions does not know it yet`,
      );
    }
    if (found.running) return { kind: 'already running', name };
    if (generation.eventId !== '' && eventIdOf(found.input) === generation.eventId)
      return { kind: 'same event again', name };
  }
  const { provider, generationId } = generation;
  throw new ArchiverError(
    'InternalError',
    `${provider}/${generationId} has been archived ${maxRuns} times: stop sending events for it`,
  );
};
