import {
  DescribeExecutionCommand,
  ExecutionDoesNotExist,
  ListExecutionsCommand,
  type ExecutionStatus,
} from '@aws-sdk/client-sfn';
import { whyAborted, type Why } from '../../lambdas/adapters/why-aborted.ts';
import { ArchiverError } from '../../lambdas/contract/error-codes.ts';
import {
  executionName,
  requestExecutionName,
  type NamedGeneration,
} from '../../lambdas/handlers/intake/execution-names.ts';
import type { Cursor, ListPart, ListQuery, Name, Seen } from '../backend.ts';
import { rememberedPeriods } from '../executions/name.ts';
import { readExecution, type Listed } from '../executions/read-execution.ts';
import { isWanted } from '../executions/standing.ts';
import type { Clients } from './clients.ts';
import type { Deployed } from './stack.ts';

/** Most executions that Step Functions lists in one answer. */
const largestPage = 1000;

/** Executions that are described side by side: well below the burst of 300 that AWS allows. */
const sideBySide = 10;

/** Ended executions whose details are kept: they never change. A few kilobytes each. */
const keptDetails = 500;

/** Runs of one generation in a period: intake's own bound. */
const maxRuns = 200;

const statuses: Readonly<Record<ListQuery['which'], ExecutionStatus | undefined>> = {
  all: undefined,
  failed: undefined,
  running: 'RUNNING',
  archived: 'SUCCEEDED',
};

/** What can be told without details: what is excluded here is not described. */
const mayBeWanted = (query: ListQuery, { standing, startedAt, provider }: Seen): boolean =>
  (query.which !== 'failed' || standing === 'Ended') &&
  (query.since === undefined || startedAt >= query.since) &&
  (query.provider === undefined || provider === query.provider);

const pageSize = ({ limit, ...query }: ListQuery): number => {
  const isFiltered =
    query.which === 'failed' || query.provider !== undefined || query.metadata !== undefined;
  return isFiltered ? largestPage : Math.min(largestPage, Math.max(limit, sideBySide));
};

/** What of a page lies after a place in it. */
const afterPlace = (page: readonly Listed[], from: Cursor | undefined): readonly Listed[] => {
  if (from === undefined) return page;
  const at = page.findIndex(({ executionArn }) => executionArn === from.after);
  // New executions have pushed it onto another page.
  return at >= 0
    ? page.slice(at + 1)
    : page.filter(({ startDate }) => Number(startDate) <= from.at);
};

/** The executions of a deployed archiver, by their generations. */
export const createExecutionReader = (
  clients: Pick<Clients, 'stepFunctions'>,
  { stateMachineArn, providers }: Pick<Deployed, 'stateMachineArn' | 'providers'>,
  now: () => number,
) => {
  const kept = new Map<string, Seen>();
  const arnOf = (name: string): string =>
    `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;

  /** Nothing, as long as its history does not tell. */
  const aborted = async (executionArn: string): Promise<Why> => {
    try {
      return await whyAborted(clients.stepFunctions, executionArn);
    } catch (error) {
      if (error instanceof ArchiverError) return {};
      throw error;
    }
  };

  const describe = async (executionArn: string): Promise<Seen | undefined> => {
    try {
      const found = await clients.stepFunctions.send(
        new DescribeExecutionCommand({ executionArn }),
      );
      const isUntold = found.status === 'ABORTED' && found.error === undefined;
      const why = isUntold ? await aborted(executionArn) : {};
      return readExecution(found, { ...found, ...why }, providers, now());
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

  const list = async function* list(query: ListQuery, from?: Cursor): AsyncGenerator<ListPart> {
    // Where a provider's name has hyphens, the one that is asked for parts it from the id.
    const named = [...(query.provider === undefined ? [] : [query.provider]), ...providers];
    let details = 0;
    let token = from?.token;
    let place = from;
    do {
      const page = await clients.stepFunctions.send(
        new ListExecutionsCommand({
          stateMachineArn,
          maxResults: pageSize(query),
          statusFilter: statuses[query.which],
          nextToken: token,
        }),
      );
      const all = page.executions ?? [];
      const wanted = afterPlace(all, place).flatMap((listed) => {
        const brief = readExecution(listed, undefined, named, now());
        return brief !== undefined && mayBeWanted(query, brief) ? [brief] : [];
      });
      for (let at = 0; at < wanted.length; at += sideBySide) {
        const chunk = wanted.slice(at, at + sideBySide);
        const left = Math.max(0, query.maxDetails - details);
        details += chunk.length;
        const seen = await Promise.all(
          chunk.map(async (brief, index) => (index < left ? read(brief.execution) : brief)),
        );
        yield {
          token,
          seen: seen.flatMap((one) => (one !== undefined && isWanted(query, one) ? [one] : [])),
        };
      }
      const oldest = Number(all.at(-1)?.startDate ?? 0);
      token = query.since !== undefined && oldest < query.since ? undefined : page.nextToken;
      place = undefined;
    } while (token !== undefined);
  };

  return {
    list,
    read,
    find: async ({ provider, id }: Name): Promise<Seen | undefined> =>
      (await latest({ provider, generationId: id })) ??
      (await read(arnOf(requestExecutionName({ provider, requestId: id })))),
  };
};
