import { executionName, requestExecutionName } from '../lambdas/handlers/intake/execution-names.ts';
import type { Backend, Seen } from './backend.ts';
import { rememberedPeriods } from './executions/name.ts';
import { laterNameOf, planRetry, type Retry } from './plan-retry.ts';

/** Failed executions whose details one command reads at most. */
export const maxRetries = 10_000;

/** What to do about all that failed. */
export interface Retries {
  readonly all: readonly Retry[];
  /** More failed than are read at once: the oldest are not in it. */
  readonly isCut: boolean;
}

/** Which of what failed is looked at. */
interface FailedFilter {
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly provider?: string | undefined;
}

const readFailed = async (backend: Pick<Backend, 'list'>, filter: FailedFilter) => {
  const query = { which: 'failed', limit: Infinity, maxDetails: maxRetries, ...filter } as const;
  const failed: Seen[] = [];
  for await (const { seen, isBrief = false } of backend.list(query)) {
    failed.push(...seen.filter(({ trigger }) => trigger !== undefined));
    if (isBrief) return { failed, isCut: true };
  }
  return { failed, isCut: false };
};

/** The same for all executions about one generation within a period of names. */
const baseName = (execution: string): string => execution.replace(/(-[0-9a-f]{16})-\d{1,3}$/, '$1');

/** The names under which an execution about the same generation may be, its own first. */
const namesOf = (seen: Seen, now: number): readonly string[] => {
  const { execution, provider, generationId } = seen;
  const arnOf = (name: string): string =>
    `${execution.slice(0, execution.lastIndexOf(':') + 1)}${name}`;
  const named = generationId === undefined ? undefined : { provider, generationId };
  const ofId =
    named === undefined
      ? []
      : rememberedPeriods(named, now).map((period) => executionName(named, 1, period));
  const again = generationId === undefined ? laterNameOf(seen) : undefined;
  const ofAgain =
    again === undefined ? [] : [requestExecutionName({ provider, requestId: again.id })];
  return [baseName(execution), ...[...ofId, ...ofAgain].map(arnOf)];
};

/**
 * What to do about everything that failed since a time: the latest execution about each generation
 * decides, so that nothing is sent again that was saved meanwhile, or that was sent again already.
 *
 * @param now milliseconds since 1970
 */
export const planRetries = async (
  backend: Pick<Backend, 'list'>,
  filter: FailedFilter,
  now: number,
): Promise<Retries> => {
  const { failed, isCut } = await readFailed(backend, filter);
  if (failed.length === 0) return { all: [], isCut };
  const latest = new Map<string, Seen>();
  const query = { which: 'all', limit: Infinity, maxDetails: 0, ...filter } as const;
  for await (const { seen } of backend.list(query))
    for (const one of seen) {
      const name = baseName(one.execution);
      if (!latest.has(name)) latest.set(name, one);
    }
  const wasSentAgain = (one: Seen): boolean =>
    namesOf(one, now).some((name) => {
      const last = latest.get(name);
      return (
        last !== undefined && last.execution !== one.execution && last.startedAt >= one.startedAt
      );
    });
  return { all: failed.filter((one) => !wasSentAgain(one)).map(planRetry), isCut };
};
