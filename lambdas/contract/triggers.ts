import { cancelSchema } from './cancel.ts';
import { replySchema } from './reply.ts';
import { requestedSchema } from './requested.ts';
import { startedSchema } from './started.ts';

/**
 * The trigger events: each one's `detail-type`, and the schema of its detail. Rule, intake and
 * documentation follow from here.
 */
export const triggerSchemas = {
  'Generation Started': startedSchema,
  'Generation Requested': requestedSchema,
  'Generation Reply': replySchema,
  'Generation Cancel': cancelSchema,
} as const;

/** The `detail-type` of a trigger event. */
export type TriggerDetailType = keyof typeof triggerSchemas;

/** Every {@link TriggerDetailType}. */
export const triggerDetailTypes = Object.keys(triggerSchemas) as [
  TriggerDetailType,
  ...TriggerDetailType[],
];
