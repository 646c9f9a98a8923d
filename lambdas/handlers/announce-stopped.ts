import * as z from 'zod';
import { endStatuses } from '../contract/ports.ts';
import { createAnnounceEnd, type AnnounceEndOptions } from './announce-end.ts';

/** The world of the function that announces stopped executions. */
export type AnnounceStoppedOptions = AnnounceEndOptions;

/** The part of a Lambda context that is used: the same in every retry of a delivery. */
export interface StoppedContext {
  readonly awsRequestId: string;
}

/**
 * Step Functions Developer Guide, "Automating Step Functions event delivery with EventBridge": what
 * is read of such an event.
 */
const eventSchema = z.object({
  detail: z.object({
    executionArn: z.string().min(1),
    name: z.string().min(1),
    status: z.enum(endStatuses),
  }),
});

/**
 * Announces what Step Functions tells of: an execution that ended without success.
 *
 * @throws where it cannot be announced now: Lambda then tries again, and the dead-letter queue
 *   keeps what never succeeds.
 */
export const createAnnounceStopped = (options: AnnounceStoppedOptions) => {
  const announce = createAnnounceEnd(options);
  return async (event: unknown, context?: StoppedContext): Promise<void> => {
    const { executionArn: execution, name, status } = eventSchema.parse(event).detail;
    const holder = context?.awsRequestId ?? '';
    await announce({ execution, name, status, holder, isSearched: false });
  };
};
