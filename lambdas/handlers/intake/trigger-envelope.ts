import * as z from 'zod';
import { triggerDetailTypes, type TriggerDetailType } from '../../contract/triggers.ts';

/**
 * The envelope that EventBridge puts around a detail: its own, so trusted to be there; a test event
 * may lack any of it. An event without a detail-type counts as `Generation Started`.
 */
const envelopeSchema = z.object({
  id: z.string().max(200).optional().catch(undefined),
  source: z.string().max(256).optional().catch(undefined),
  time: z.iso.datetime({ offset: true }).optional().catch(undefined),
  'detail-type': z.string().max(128).default('Generation Started').catch('(none)'),
  detail: z.unknown(),
});

/** See {@link readEnvelope}. */
export type Envelope = z.infer<typeof envelopeSchema>;

/** What can be read of whatever was delivered. */
export const readEnvelope = (event: unknown): Envelope =>
  envelopeSchema.catch({ 'detail-type': 'Generation Started', detail: undefined }).parse(event);

/**
 * The trigger that an envelope says it holds; `undefined` where the archiver takes no such event.
 */
export const triggerTypeOf = (envelope: Envelope): TriggerDetailType | undefined =>
  triggerDetailTypes.find((type) => type === envelope['detail-type']);

/**
 * When the trigger was sent, milliseconds since 1970. A sender may write any time into an event:
 * one from the future would be followed for as long as it is ahead, so it counts as sent now.
 */
export const sentAt = ({ time }: Envelope, now: number): number =>
  Math.min(time === undefined ? now : Date.parse(time), now);
