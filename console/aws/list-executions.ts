import { ListExecutionsCommand, type ExecutionStatus } from '@aws-sdk/client-sfn';
import type { Cursor, ListPart, ListQuery, Seen } from '../backend.ts';
import { readExecution, type Listed } from '../executions/read-execution.ts';
import { isWanted } from '../executions/standing.ts';
import type { Clients } from './clients.ts';
import type { Deployed } from './stack.ts';

/** Most executions that Step Functions lists in one answer. */
const largestPage = 1000;

/** Executions that are described side by side: well below the burst of 300 that AWS allows. */
const sideBySide = 10;

/** What a list is read from. */
interface Listing {
  readonly clients: Pick<Clients, 'stepFunctions'>;
  readonly deployed: Pick<Deployed, 'stateMachineArn' | 'providers'>;
  readonly now: () => number;
  readonly read: (execution: string) => Promise<Seen | undefined>;
}

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

/**
 * Lists generations, newest first, a page of executions at a time.
 *
 * @param read reads the details of an execution
 */
export async function* listExecutions(
  { clients, deployed, now, read }: Listing,
  query: ListQuery,
  from?: Cursor,
): AsyncGenerator<ListPart> {
  const { stateMachineArn, providers } = deployed;
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
      const isBrief = left < chunk.length;
      yield {
        token,
        isBrief,
        seen: seen.flatMap((one) => (one !== undefined && isWanted(query, one) ? [one] : [])),
      };
      // Names tell no metadata, so that nothing more is found.
      if (isBrief && query.metadata !== undefined) return;
    }
    const oldest = Number(all.at(-1)?.startDate ?? 0);
    token = query.since !== undefined && oldest < query.since ? undefined : page.nextToken;
    place = undefined;
  } while (token !== undefined);
}
