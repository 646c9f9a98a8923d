import { isDeepStrictEqual } from 'node:util';
import type { JsonObject } from '../../../lambdas/contract/json.ts';
import { parseTrigger } from '../../../lambdas/contract/parse-trigger.ts';
import { rejectedDetailSchema } from '../../../lambdas/contract/results.ts';
import type { RequestInput } from '../../../lambdas/contract/start-state.ts';
import { triggerSchemas } from '../../../lambdas/contract/triggers.ts';
import { builtIn } from '../../../lambdas/providers/registry.ts';
import { simulatedProviders } from '../../../local/simulator/index.ts';
import type { CaseTrigger } from '../fault-case.ts';
import type { Followed } from '../world/executions.ts';
import type { Observed, SeenEvent } from '../world/observed.ts';
import { idsOf } from './posts.ts';

const isOf = (event: SeenEvent, { id }: CaseTrigger): boolean =>
  event.detailType === 'Generation Rejected' &&
  rejectedDetailSchema.strict().parse(event.detail).trigger.id === id;

/** The rejections of an event. */
export const rejectionsOf = (trigger: CaseTrigger, { events }: Observed): SeenEvent[] =>
  events.filter((event) => isOf(event, trigger));

/** Whether an event follows its schema, and its create request the provider's. */
export const isValid = ({ detailType = 'Generation Started', detail }: CaseTrigger): boolean => {
  if (!parseTrigger<object>(triggerSchemas[detailType], detail, simulatedProviders).ok)
    return false;
  if (detailType !== 'Generation Requested') return true;
  const request = detail['request'] as JsonObject;
  return (
    builtIn.providerNamed(String(detail['provider'])).starting?.schemaOf(request).safeParse(request)
      .success === true
  );
};

const takesReplies = ({ detail }: CaseTrigger): boolean =>
  builtIn.providerNamed(String(detail['provider'])).reply !== undefined;

const ranAt = (time: number, { startedAt, end }: Followed): boolean =>
  startedAt <= time && (end?.at ?? Infinity) >= time;

/** Followed by an execution of its own, or by one that ran at the time. */
const lostStart = (
  { id, answers }: CaseTrigger,
  acceptedAt: number,
  isRejected: boolean,
  { executions }: Observed,
): string[] => {
  if (isRejected) return [`the trigger ${id} was rejected`];
  // What answers a result is no repeat of what led to it.
  const isFollowed = executions.some(
    (followed) =>
      followed.generation.eventId === id || (answers !== 'result' && ranAt(acceptedAt, followed)),
  );
  return isFollowed ? [] : [`nobody follows the trigger ${id}`];
};

const sorted = (formats: unknown): string[] =>
  [formats ?? []]
    .flat()
    .map(String)
    .toSorted((one, other) => one.localeCompare(other));

/** What a request is for: what to start, and what is to come of it. */
const wishOf = ({ input }: Followed): unknown[] => {
  const { request, generation } = JSON.parse(input) as RequestInput;
  return [request, sorted(generation.exportAs), generation.folder, generation.tags];
};

/** Followed by the one execution of its name; rejected where that was for another request. */
const lostRequest = (
  { id, detail }: CaseTrigger,
  isRejected: boolean,
  { executions }: Observed,
): string[] => {
  const own = executions.find(
    ({ generation }) =>
      generation.generationId === '' && generation.requestId === detail['requestId'],
  );
  if (own === undefined) return [`nobody follows the request ${id}`];
  const wish = [detail['request'], sorted(detail['exportAs']), detail['folder'], detail['tags']];
  const isSame = isDeepStrictEqual(wishOf(own), wish);
  if (isSame) return isRejected ? [`the request ${id} was rejected`] : [];
  return isRejected ? [] : [`the request ${id} has the name of another one, and was not rejected`];
};

/** Milliseconds in which a stopped execution has ended. */
const stopsWithin = 1000;

/** Milliseconds in which intake looks for what is to be cancelled. */
const looksFor = 10_000;

/**
 * Whether a cancel must have found an execution: by its id, what was requested is known from its
 * acceptance on, where the bucket took the note.
 */
const wasKnown = (
  { arn, startedAt, generation }: Followed,
  at: number,
  isRequest: boolean,
  { events, witness }: Observed,
): boolean => {
  if (isRequest || generation.generationId !== '') return startedAt < at;
  const accepted = events.find(
    ({ detailType, detail }) => detailType === 'Generation Accepted' && detail['execution'] === arn,
  );
  return !witness.hasSeen('storage trouble') && (accepted?.at ?? Infinity) < at - looksFor;
};

/** Stops what runs, or is rejected. */
const lostCancel = (
  { id, detail }: CaseTrigger,
  acceptedAt: number,
  isRejected: boolean,
  observed: Observed,
): string[] => {
  const { executions, witness } = observed;
  const isRequest = detail['requestId'] !== undefined;
  const meant = executions.filter((followed) =>
    isRequest
      ? followed.generation.generationId === '' &&
        followed.generation.requestId === detail['requestId']
      : idsOf(followed, observed).includes(String(detail['generationId'])),
  );
  const begun = meant.filter(({ startedAt }) => startedAt <= acceptedAt);
  const goesOn = meant.some(
    (followed) =>
      wasKnown(followed, acceptedAt, isRequest, observed) &&
      (followed.end?.at ?? Infinity) > acceptedAt + stopsWithin,
  );
  // Step Functions may not know an execution yet: whoever sent the cancel is told to send it again.
  if (isRejected && witness.hasSeen('states trouble')) return [];
  if (!isRejected && begun.length === 0) return [`the cancel ${id} cancelled nothing`];
  return goesOn ? [`what the cancel ${id} is about was followed further`] : [];
};

/**
 * Every trigger that intake took has an end: it is followed, does what it is for, or is rejected.
 */
export const lostTriggers = (observed: Observed): string[] =>
  observed.triggers.flatMap(({ trigger, acceptedAt }) => {
    if (acceptedAt === undefined) return [];
    const { id, detailType = 'Generation Started' } = trigger;
    const isRejected = rejectionsOf(trigger, observed).length > 0;
    if (!isValid(trigger)) return isRejected ? [] : [`the wrong trigger ${id} was not rejected`];
    switch (detailType) {
      case 'Generation Started':
        return lostStart(trigger, acceptedAt, isRejected, observed);
      case 'Generation Requested':
        return lostRequest(trigger, isRejected, observed);
      case 'Generation Cancel':
        return lostCancel(trigger, acceptedAt, isRejected, observed);
      case 'Generation Reply':
        // What is for the provider's own function is that function's to tell of.
        return takesReplies(trigger) || isRejected
          ? []
          : [`the reply ${id} to a provider that takes none was not rejected`];
    }
  });
