import * as z from 'zod';
import { generationIdSchema, requestIdSchema } from './generation.ts';

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** Both names of one generation would have to agree, and neither names none. */
const namesOne = (value: object): boolean =>
  Object.hasOwn(value, 'generationId') !== Object.hasOwn(value, 'requestId');

/**
 * The detail of the trigger event `Generation Cancel`: this generation is not wanted any more.
 * Following ends; the provider's own job goes on, as no provider documents a way to stop it.
 */
export const cancelSchema = z
  .strictObject(
    {
      provider: z
        .string('must be a string')
        .min(1, 'must not be empty')
        .describe('one of the deployed providers'),
      generationId: generationIdSchema
        .optional()
        .describe('the provider\'s own id of a generation that "Generation Started" has named'),
      requestId: requestIdSchema
        .optional()
        .describe('of the "Generation Requested" that the generation was to begin with'),
    },
    'must be a JSON object',
  )
  // Told beside whatever else is wrong: a detail of other types has no fields to tell of.
  .refine(namesOne, {
    error: 'must have either generationId or requestId, and not both',
    when: ({ value }) => isObject(value) && !Array.isArray(value),
  })
  .meta({ oneOf: [{ required: ['generationId'] }, { required: ['requestId'] }] });

/** See {@link cancelSchema}. */
export type CancelTrigger = z.infer<typeof cancelSchema>;

/**
 * What a cancelled execution is stopped with, and what tells it apart from one that was stopped by
 * hand.
 */
export const cancelledError = 'GenerationCancelled';
