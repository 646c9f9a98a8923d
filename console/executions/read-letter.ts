import * as z from 'zod';
import { triggerDetailTypes, type TriggerDetailType } from '../../lambdas/contract/triggers.ts';
import type { DeadLetter } from '../backend.ts';
import { readName } from './name.ts';

/** A dead letter with what sending it again needs: the event is confidential, and not shown. */
export interface Letter extends DeadLetter {
  /** `stopped`: the end of an execution, which no bus of ours takes. */
  readonly kind: 'trigger' | 'stopped' | 'unreadable';
  readonly source: string;
  /** The event's detail, as JSON. */
  readonly detail: string;
  /** The whole event, as JSON. */
  readonly event: string;
}

const eventSchema = z.object({
  'detail-type': z.string(),
  source: z.string().catch('generation-archiver.console'),
  time: z.string().optional().catch(undefined),
  detail: z.looseObject({}),
});

const aboutSchema = z.object({
  provider: z.string().optional().catch(undefined),
  generationId: z.string().optional().catch(undefined),
  requestId: z.string().optional().catch(undefined),
  name: z.string().optional().catch(undefined),
});

/** What has not happened, by the event (docs/runbook.md, "DeadLetterQueueNotEmpty"). */
const consequences: Readonly<Record<TriggerDetailType, string>> = {
  'Generation Started': 'nobody follows the generation, and its links may expire',
  'Generation Requested': 'nothing was started',
  'Generation Reply': 'the answer was not sent: the provider may still wait for it',
  'Generation Cancel': 'the generation is followed on',
};

const isTrigger = (type: string): type is TriggerDetailType =>
  triggerDetailTypes.some((known) => known === type);

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
};

/** Lambda and EventBridge tell why in attributes of different names. */
const reasonIn = (attributes: Readonly<Record<string, string>>): string | undefined =>
  attributes['ErrorMessage'] ?? attributes['ERROR_MESSAGE'] ?? attributes['ERROR_CODE'];

/**
 * Reads a message of the dead-letter queue, whatever it holds.
 *
 * @param attributes the message's own, as text
 */
export const readLetter = (
  id: string,
  body: string,
  attributes: Readonly<Record<string, string>>,
  now: number,
): Letter => {
  const event = eventSchema.safeParse(parseJson(body)).data;
  const reason = reasonIn(attributes);
  const why = reason === undefined ? {} : { reason };
  if (event === undefined)
    return {
      id,
      kind: 'unreadable',
      detailType: '(no event)',
      consequence: 'nobody knows',
      source: '',
      detail: '',
      event: body,
      ...why,
    };
  const detailType = event['detail-type'];
  const { provider, generationId, requestId, name } = aboutSchema.parse(event.detail);
  const named = name === undefined ? undefined : readName(name, [], now);
  const about = generationId ?? requestId ?? name;
  const whose = provider ?? named?.provider;
  return {
    id,
    kind: event.source.startsWith('aws.') ? 'stopped' : 'trigger',
    detailType,
    ...(whose === undefined ? {} : { provider: whose }),
    ...(about === undefined ? {} : { about }),
    ...(event.time === undefined ? {} : { sentAt: event.time }),
    consequence: isTrigger(detailType)
      ? consequences[detailType]
      : 'the end of the execution was not announced',
    source: event.source,
    detail: JSON.stringify(event.detail),
    event: body,
    ...why,
  };
};
