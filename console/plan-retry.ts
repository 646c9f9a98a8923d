import { createHash } from 'node:crypto';
import { exportAsFormats } from '../lambdas/contract/export-as.ts';
import { maxTimeoutMinutes } from '../lambdas/contract/generation.ts';
import type { TriggerDetailType } from '../lambdas/contract/triggers.ts';
import type { Backend, Name, Seen } from './backend.ts';
import type { TriggerDetail } from './check-trigger.ts';
import { remedyOf } from './executions/remedies.ts';
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
  const { trigger, provider, generationId } = seen;
  if (seen.standing === 'Running') return leave(seen, 'it is under way');
  if (seen.standing === 'Archived') return leave(seen, 'it is archived');
  if (trigger === undefined) return leave(seen, 'its execution was not started by the archiver');
  const { retry, says } = remedyOf(seen);
  if (retry === 'never' && !isArchived(seen)) return leave(seen, says);
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

/**
 * What names a later execution about the same generation, of one that began with a request: the id
 * that the provider gave, or the request that a retry makes of it.
 */
export const laterNameOf = (seen: Seen): Name | undefined => {
  const { provider, requestId, generationId } = seen;
  if (requestId === undefined) return undefined;
  return { provider, id: generationId ?? requestIdAfter(seen) };
};

/** The last execution about what an execution began, where it was sent again since. */
export const latestOf = async (backend: Pick<Backend, 'find'>, seen: Seen): Promise<Seen> => {
  const name = laterNameOf(seen);
  const later = name === undefined ? undefined : await backend.find(name);
  return later === undefined || later.execution === seen.execution
    ? seen
    : latestOf(backend, later);
};

/** In a line, what a retry does. */
export const retryText = (retry: Retry): string => {
  const name = `${retry.seen.provider} ${idText(retry.seen)}`;
  if (retry.kind === 'leave') return `left alone: ${name}: ${retry.why}`;
  const cost =
    retry.mayCost === undefined ? 'costs nothing at the provider' : `may cost ${retry.mayCost}`;
  return `${retry.detailType}: ${name}: ${cost}`;
};
