import { cancelledError } from '../../lambdas/contract/cancel.ts';
import type { ErrorCode } from '../../lambdas/contract/error-codes.ts';
import { outcomes } from '../../lambdas/contract/metrics.ts';
import type { Outcome } from '../../lambdas/contract/metrics.ts';
import { resultDetailTypes } from '../../lambdas/contract/results.ts';
import type { ResultDetailType } from '../../lambdas/contract/results.ts';
import type { ListQuery, Seen, Standing } from '../backend.ts';

const inShort = (detailType: ResultDetailType): string =>
  detailType.replace('Generation ', '').replaceAll(' ', '');

/** How a result event says that it ended; `undefined` for one that ends nothing. */
export const outcomeOf = (detailType: ResultDetailType): Outcome | undefined =>
  outcomes.find((outcome) => outcome === inShort(detailType));

/** The event that announces an outcome. */
export const detailTypeOf = (outcome: Outcome): ResultDetailType => {
  const detailType = resultDetailTypes.find((type) => inShort(type) === outcome);
  if (detailType === undefined) throw new Error(`no event announces the outcome ${outcome}`);
  return detailType;
};

/**
 * The outcome of an execution that failed or was stopped, by its error.
 *
 * @param accepted whether the provider has given it an id
 */
export const failureOf = (code: ErrorCode, accepted: boolean): Outcome => {
  if (code === cancelledError) return 'Cancelled';
  if (!accepted) return 'NotStarted';
  if (code === 'GenerationFailed') return 'Failed';
  return code === 'DeadlineExceeded' ? 'TimedOut' : 'NotArchived';
};

const words: Readonly<Record<Standing, string>> = {
  Running: 'under way',
  Archived: 'archived',
  PartiallyArchived: 'partially archived',
  Failed: 'failed',
  TimedOut: 'timed out',
  NotArchived: 'not archived',
  NotStarted: 'not started',
  Cancelled: 'cancelled',
  Ended: 'ended badly',
};

/** A standing in words. */
export const standingText = (standing: Standing): string => words[standing];

/** What names it for a person. */
export const idText = ({ generationId, requestId, idBeginning }: Seen): string =>
  generationId ?? requestId ?? `${idBeginning ?? ''}…`;

/** Whether it is saved. */
export const isArchived = ({ standing }: Pick<Seen, 'standing'>): boolean =>
  standing === 'Archived' || standing === 'PartiallyArchived';

/** Whether it ended, neither archived nor cancelled. */
export const isFailed = ({ standing }: Pick<Seen, 'standing'>): boolean =>
  standing !== 'Running' && standing !== 'Cancelled' && !isArchived({ standing });

const isWhich: Readonly<Record<ListQuery['which'], (seen: Seen) => boolean>> = {
  all: () => true,
  running: ({ standing }) => standing === 'Running',
  failed: isFailed,
  archived: isArchived,
};

const asText = (value: unknown): string =>
  typeof value === 'string' ? value : (JSON.stringify(value) ?? '');

/** Whether a query wants it, as far as what was read of it tells. */
export const isWanted = (query: ListQuery, seen: Seen): boolean =>
  isWhich[query.which](seen) &&
  (query.provider === undefined || seen.provider === query.provider) &&
  (query.since === undefined || seen.startedAt >= query.since) &&
  Object.entries(query.metadata ?? {}).every(
    ([field, value]) =>
      seen.trigger !== undefined &&
      Object.hasOwn(seen.trigger.metadata, field) &&
      asText(seen.trigger.metadata[field]) === value,
  );
