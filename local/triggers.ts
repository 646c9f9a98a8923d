import * as z from 'zod';
import { generationIdSchema, requestIdSchema } from '../lambdas/contract/generation.ts';
import type { JsonObject } from '../lambdas/contract/json.ts';
import type { requestedSchema } from '../lambdas/contract/requested.ts';
import { problemSchema } from '../lambdas/contract/results.ts';
import type { startedSchema } from '../lambdas/contract/started.ts';
import { providerNamed } from '../lambdas/providers/registry.ts';
import type { LocalEvent } from './event-bus.ts';
import { fileErrorCode } from './folder-files.ts';
import type { Wanted } from './progress.ts';
import type { NamedRequest, Requests } from './requests.ts';

/** A generation to follow, or to start and follow: a trigger event. */
export type Trigger =
  | { readonly detailType: 'Generation Started'; readonly detail: z.input<typeof startedSchema> }
  | {
      readonly detailType: 'Generation Requested';
      readonly detail: Omit<z.input<typeof requestedSchema>, 'request'> & {
        readonly request: JsonObject;
      };
    };

/** What names the generation that a trigger is about. */
export const wantedOf = ({ detail }: Trigger): Wanted => {
  const { provider } = detail;
  return 'requestId' in detail
    ? { provider, requestId: detail.requestId }
    : { provider, generationId: detail.generationId };
};

/** The same, with progress announced. */
export const withProgress = (trigger: Trigger): Trigger =>
  trigger.detailType === 'Generation Started'
    ? { ...trigger, detail: { ...trigger.detail, progress: true } }
    : { ...trigger, detail: { ...trigger.detail, progress: true } };

/** What a run does about a trigger. */
export type Prepared =
  /** `news`: what a person is told beside. */
  | { readonly kind: 'send'; readonly trigger: Trigger; readonly news?: string }
  /** Nothing is sent, for the reason told. `isUsage`: the command itself is wrong. */
  | { readonly kind: 'keep'; readonly message: string; readonly isUsage: boolean };

/** What to do where it is unknown whether a request was carried out. */
export const lookAtProvider = ({ provider, requestId }: NamedRequest): string =>
  `look for it at ${providerNamed(provider).title}: if it is there, follow it with npm start -- ${provider} <its id>; ` +
  `if not, repeat the command with a --request-id other than ${requestId}`;

const begin = async (requests: Requests, named: NamedRequest, request: JsonObject) => {
  try {
    return await requests.begin(named, request);
  } catch (error) {
    return { kind: 'unnoted', reason: fileErrorCode(error) ?? 'unknown error' } as const;
  }
};

/**
 * Takes the name of a request for this run. One that was accepted before is followed; any other is
 * never sent again.
 */
export const prepare = async (requests: Requests, trigger: Trigger): Promise<Prepared> => {
  if (trigger.detailType === 'Generation Started') return { kind: 'send', trigger };
  const { provider, requestId, request, expectedSeconds: _, ...shared } = trigger.detail;
  const earlier = await begin(requests, trigger.detail, request);
  switch (earlier?.kind) {
    case undefined:
      return { kind: 'send', trigger };
    case 'accepted': {
      const { generationId } = earlier;
      const news = `The request ${requestId} was accepted before: nothing is started, and ${generationId} is followed.`;
      // It has been running for a while: the first check need not wait.
      const detail = { provider, generationId, ...shared, expectedSeconds: 1 };
      return { kind: 'send', trigger: { detailType: 'Generation Started', detail }, news };
    }
    case 'notStarted': {
      const message = `the request ${requestId} was made before and is not made again: ${earlier.problem}. For a new one, name another --request-id`;
      return { kind: 'keep', message, isUsage: false };
    }
    case 'unknown': {
      const advice = lookAtProvider({ provider, requestId });
      const message = `the request ${requestId} was made before, and nobody knows what came of it: it may have been paid, and is not made again; ${advice}`;
      return { kind: 'keep', message, isUsage: false };
    }
    case 'unnoted':
      return {
        kind: 'keep',
        message: `nothing was sent, as the request could not be noted in the folder first: ${earlier.reason}`,
        isUsage: false,
      };
    case 'another':
      return {
        kind: 'keep',
        message: `the request id ${requestId} belongs to another request: name another --request-id`,
        isUsage: true,
      };
  }
};

const outcomeSchema = z.object({
  provider: z.string(),
  requestId: requestIdSchema,
  generationId: generationIdSchema.optional().catch(undefined),
  error: problemSchema.optional(),
});

/** Notes what an event tells about a request. */
export const noteOutcome = async (
  requests: Requests,
  { detailType, detail }: LocalEvent,
): Promise<void> => {
  const { data } = outcomeSchema.safeParse(detail);
  if (data === undefined) return;
  const { generationId, error } = data;
  if (detailType === 'Generation Accepted' && generationId !== undefined)
    await requests.settle(data, { generationId });
  if (detailType === 'Generation Not Started' && error !== undefined)
    await requests.settle(data, { problem: `${error.code}: ${error.message}` });
  // Refused by the archiver itself: the provider was not asked.
  if (detailType === 'Generation Rejected') await requests.forget(data);
};
