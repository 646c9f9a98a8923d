import {
  DescribeExecutionCommand,
  ExecutionDoesNotExist,
  type DescribeExecutionOutput,
} from '@aws-sdk/client-sfn';
import { createExecutions, executionArnOf } from '../../lambdas/adapters/executions.ts';
import { whyAborted, type Why } from '../../lambdas/adapters/why-aborted.ts';
import { ArchiverError } from '../../lambdas/contract/error-codes.ts';
import {
  executionName,
  requestExecutionName,
  type NamedGeneration,
} from '../../lambdas/handlers/intake/execution-names.ts';
import { lastKnown } from '../../lambdas/handlers/last-known.ts';
import type { Name, Seen } from '../backend.ts';
import { rememberedPeriods } from '../executions/name.ts';
import { readExecution, type FailedStart } from '../executions/read-execution.ts';
import type { Clients } from './clients.ts';
import type { Deployed } from './stack.ts';

/** Ended executions whose details are kept: they never change. A few kilobytes each. */
const keptDetails = 500;

/** Runs of one generation in a period: intake's own bound. */
const maxRuns = 200;

const isFailedRequest = ({ standing, requestId, generationId }: Seen): boolean =>
  standing !== 'Running' && requestId !== undefined && generationId === undefined;

/** The executions of a deployed archiver, by their generations. */
export const createExecutionReader = (
  clients: Pick<Clients, 'stepFunctions'>,
  { stateMachineArn, providers }: Pick<Deployed, 'stateMachineArn' | 'providers'>,
  now: () => number,
) => {
  const kept = new Map<string, Seen>();
  const arnOf = executionArnOf(stateMachineArn);
  const executions = createExecutions({ client: clients.stepFunctions, stateMachineArn });

  /** Nothing, as long as its history does not tell. */
  const aborted = async (executionArn: string): Promise<Why> => {
    try {
      return await whyAborted(clients.stepFunctions, executionArn);
    } catch (error) {
      if (error instanceof ArchiverError) return {};
      throw error;
    }
  };

  /** An execution that failed has no output: how far its request came stands in its history. */
  const failedStart = async ({
    name = '',
    input = '',
  }: DescribeExecutionOutput): Promise<FailedStart> => {
    const known = await lastKnown(executions, name, input);
    if (known?.kind === 'followed') return { generationId: known.generation.generationId };
    return known?.mayExist === false ? {} : { mayExist: true };
  };

  const describe = async (executionArn: string): Promise<Seen | undefined> => {
    try {
      const found = await clients.stepFunctions.send(
        new DescribeExecutionCommand({ executionArn }),
      );
      const isUntold = found.status === 'ABORTED' && found.error === undefined;
      const why = isUntold ? await aborted(executionArn) : {};
      const seen = readExecution(found, { ...found, ...why }, providers, now());
      if (seen === undefined || !isFailedRequest(seen)) return seen;
      return readExecution(
        found,
        { ...found, ...why, ...(await failedStart(found)) },
        providers,
        now(),
      );
    } catch (error) {
      if (error instanceof ExecutionDoesNotExist) return undefined;
      throw error;
    }
  };

  const keep = (seen: Seen): void => {
    if (seen.standing === 'Running') return;
    kept.set(seen.execution, seen);
    const [oldest] = kept.keys();
    if (kept.size > keptDetails && oldest !== undefined) kept.delete(oldest);
  };

  const read = async (arn: string): Promise<Seen | undefined> => {
    const known = kept.get(arn);
    if (known !== undefined) return known;
    const seen = await describe(arn);
    if (seen !== undefined) keep(seen);
    return seen;
  };

  /** The last execution about a generation: newer periods of names come after older ones. */
  const latest = async (generation: NamedGeneration): Promise<Seen | undefined> => {
    for (const period of rememberedPeriods(generation, now())) {
      let last: Seen | undefined;
      for (let run = 1; run <= maxRuns; run += 1) {
        const seen = await read(arnOf(executionName(generation, run, period)));
        if (seen?.standing === 'Running') return seen;
        if (seen === undefined) break;
        last = seen;
      }
      if (last !== undefined) return last;
    }
    return undefined;
  };

  return {
    read,
    find: async ({ provider, id }: Name): Promise<Seen | undefined> =>
      (await latest({ provider, generationId: id })) ??
      (await read(arnOf(requestExecutionName({ provider, requestId: id })))),
  };
};
