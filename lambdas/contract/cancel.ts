import * as z from 'zod';
import { generationIdSchema } from './generation.ts';

/**
 * The detail of the trigger event `Generation Cancel`: nobody wants this generation any more. Following ends; the provider's own
 * job goes on, as no provider documents a way to stop it.
 */
export const cancelSchema = z.strictObject(
  {
    provider: z.string('must be a string').min(1, 'must not be empty').describe('one of the deployed providers'),
    generationId: generationIdSchema.describe('the provider\'s own id of the generation'),
  },
  'must be a JSON object',
);

/** See {@link cancelSchema}. */
export type CancelTrigger = z.infer<typeof cancelSchema>;

/** What a cancelled execution is stopped with, and what tells it apart from one that was stopped by hand. */
export const cancelledError = 'GenerationCancelled';
