import * as z from 'zod';
import { triggerDetailTypes, type TriggerDetailType } from '../../lambdas/contract/triggers.ts';
import { readJson } from '../../local/read-json.ts';
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

const text = z.string().optional().catch(undefined);

const eventSchema = z.object({
  'detail-type': z.string(),
  source: z.string().catch('generation-archiver.console'),
  time: text,
  detail: z.looseObject({}),
});

const aboutSchema = z.object({ provider: text, generationId: text, requestId: text, name: text });

/** What has not happened, by the event (docs/runbook.md, "DeadLetterQueueNotEmpty"). */
const consequences: Readonly<Record<TriggerDetailType, string>> = {
  'Generation Started': 'nobody follows the generation, and its links may expire',
  'Generation Requested': 'nothing was started',
  'Generation Reply': 'the answer was not sent: the provider may still wait for it',
  'Generation Cancel': 'the generation is followed on',
};

const isTrigger = (type: string): type is TriggerDetailType =>
  triggerDetailTypes.some((known) => known === type);

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
  const event = readJson(eventSchema, body);
  const reason = reasonIn(attributes);
  if (event === undefined)
    return {
      id,
      kind: 'unreadable',
      detailType: '(no event)',
      consequence: 'nobody knows',
      source: '',
      detail: '',
      event: body,
      reason,
    };
  const { 'detail-type': detailType, source, time: sentAt, detail } = event;
  const { provider, generationId, requestId, name } = aboutSchema.parse(detail);
  const named = name === undefined ? undefined : readName(name, [], now);
  return {
    id,
    kind: source.startsWith('aws.') ? 'stopped' : 'trigger',
    detailType,
    provider: provider ?? named?.provider,
    about: generationId ?? requestId ?? name,
    sentAt,
    consequence: isTrigger(detailType)
      ? consequences[detailType]
      : 'the end of the execution was not announced',
    source,
    detail: JSON.stringify(detail),
    event: body,
    reason,
  };
};
