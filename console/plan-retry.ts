import { createHash } from 'node:crypto';
import { exportAsFormats } from '../lambdas/contract/export-as.ts';
import { maxTimeoutMinutes } from '../lambdas/contract/generation.ts';
import type { TriggerDetailType } from '../lambdas/contract/triggers.ts';
import type { Backend, Seen } from './backend.ts';
import type { TriggerDetail } from './check-trigger.ts';
import { codeOf, remedies } from './executions/remedies.ts';
import { idText, isArchived } from './executions/standing.ts';

/** A trigger that sends a generation again. */
export interface Sending {
  readonly kind: 'send';
  readonly seen: Seen;
  readonly detailType: TriggerDetailType;
  readonly detail: TriggerDetail;
  /** What the provider may charge for; absent where nothing. */
  readonly mayCost?: string | undefined;
}

/** What sending a generation again means. */
export type Retry = Sending | { readonly kind: 'leave'; readonly seen: Seen; readonly why: string };

const minutesOf = ({ requestedAt, deadline }: { requestedAt: number; deadline: number }): number =>
  Math.min(maxTimeoutMinutes, Math.max(1, Math.round((deadline - requestedAt) / 60_000)));

/** The same for one execution however often it is pressed: the archiver starts it once. */
const requestIdAfter = (seen: Seen): string => {
  const hash = createHash('sha256').update(seen.execution).digest('hex').slice(0, 12);
  return `${(seen.requestId ?? '').slice(0, 45)}-again-${hash}`;
};

const leave = (seen: Seen, why: string): Retry => ({ kind: 'leave', seen, why });

/**
 * What sending a generation again takes: following it once more costs nothing, a request is made
 * anew under another name. What may have been paid, or would fail again, is left alone.
 */
export const planRetry = (seen: Seen): Retry => {
  const { trigger, provider, generationId, error } = seen;
  if (seen.standing === 'Running') return leave(seen, 'it is under way');
  if (seen.standing === 'Archived') return leave(seen, 'it is archived');
  if (trigger === undefined) return leave(seen, 'its execution was not started by the archiver');
  const code = codeOf(error?.code);
  const { retry, says } = remedies[code];
  if (retry === 'never' && !isArchived(seen)) return leave(seen, says);
  // It was stopped, or broke off: the request may have been on its way, and paid.
  if (generationId === undefined && code === 'InternalError')
    return leave(seen, remedies.StartUncertain.says);
  const formats = exportAsFormats.filter((known) => trigger.exportAs?.includes(known));
  const { credential, metadata, folder, tags, progress, request } = trigger;
  const exportAs = formats.length === 0 ? undefined : formats;
  const shared = { provider, credential, metadata, exportAs, folder, tags, progress };
  const timeoutMinutes = minutesOf(trigger);
  if (generationId !== undefined) {
    const detail = { ...shared, timeoutMinutes, generationId };
    const mayCost = exportAs === undefined ? undefined : `an export to ${formats.join(', ')}`;
    return { kind: 'send', seen, detailType: 'Generation Started', detail, mayCost };
  }
  if (request === undefined) return leave(seen, 'its request is not known any more: send it anew');
  const detail = { ...shared, timeoutMinutes, requestId: requestIdAfter(seen), request };
  const mayCost = 'a new generation';
  return { kind: 'send', seen, detailType: 'Generation Requested', detail, mayCost };
};

/** Failed executions whose details one command reads at most. */
export const maxRetries = 10_000;

/** What to do about all that failed. */
export interface Retries {
  readonly all: readonly Retry[];
  /** More failed than are read at once: the oldest are not in it. */
  readonly isCut: boolean;
}

/**
 * What to do about everything that failed since a time: the latest of each generation decides, so
 * that nothing is sent again that has been saved meanwhile.
 */
export const planRetries = async (
  backend: Pick<Backend, 'list'>,
  filter: { readonly since: number; readonly provider?: string | undefined },
): Promise<Retries> => {
  const latest = new Map<string, Seen>();
  const query = { which: 'all', limit: Infinity, maxDetails: 0, ...filter } as const;
  const failed: Seen[] = [];
  let isCut = false;
  for await (const { seen, isBrief } of backend.list({
    ...query,
    which: 'failed',
    maxDetails: maxRetries,
  })) {
    failed.push(...seen.filter(({ trigger }) => trigger !== undefined));
    isCut = isBrief === true;
    if (isCut) break;
  }
  if (failed.length === 0) return { all: [], isCut };
  for await (const { seen } of backend.list(query))
    for (const one of seen) {
      const name = baseName(one);
      if (!latest.has(name)) latest.set(name, one);
    }
  const all = failed.flatMap((one) => {
    const last = latest.get(baseName(one));
    return last === undefined || last.execution === one.execution ? [planRetry(one)] : [];
  });
  return { all, isCut };
};

/** The same for all executions about one generation. */
const baseName = ({ execution }: Seen): string =>
  execution.replace(/(-[0-9a-f]{16})-\d{1,3}$/, '$1');

/** In a line, what a retry does. */
export const retryText = (retry: Retry): string => {
  const name = `${retry.seen.provider} ${idText(retry.seen)}`;
  if (retry.kind === 'leave') return `left alone: ${name}: ${retry.why}`;
  const cost =
    retry.mayCost === undefined ? 'costs nothing at the provider' : `may cost ${retry.mayCost}`;
  return `${retry.detailType}: ${name}: ${cost}`;
};
