import * as z from 'zod';
import { exportAsSchema } from './export-as.ts';
import { folderSchema } from './folder.ts';
import {
  credentialSchema,
  generationIdSchema,
  maxTimeoutMinutes,
  metadataSchema,
} from './generation.ts';
import { tagsSchema } from './tags.ts';

const timeoutProblem = `must be a whole number of minutes from 1 to ${maxTimeoutMinutes}`;

/**
 * The detail of the trigger event `Generation Started`. Unknown fields are refused, so that a
 * typing mistake is seen. Which providers exist is known to the deployment alone: see
 * `parseTrigger`.
 */
export const startedSchema = z.strictObject(
  {
    provider: z
      .string('must be a string')
      .min(1, 'must not be empty')
      .describe('one of the deployed providers'),
    generationId: generationIdSchema.describe("the provider's own id of the generation"),
    credential: credentialSchema
      .default('default')
      .describe("which API key: the last part of the secret's name"),
    timeoutMinutes: z
      .int(timeoutProblem)
      .min(1, timeoutProblem)
      .max(maxTimeoutMinutes, timeoutProblem)
      .optional()
      .describe(
        "minutes from the event's own time after which following ends; default: the provider's",
      ),
    expectedSeconds: z
      .number('must be a number of seconds')
      .positive('must be above 0')
      .max(maxTimeoutMinutes * 60, `must be at most ${maxTimeoutMinutes * 60}`)
      .optional()
      .describe(
        'how long the generation usually takes: the first check waits for a good part of it',
      ),
    exportAs: exportAsSchema
      .optional()
      .describe(
        'formats to export the finished deck to, where the provider offers no file of them; may cost credits',
      ),
    refresh: z
      .boolean('must be true or false')
      .default(false)
      .describe('fetch anew what is already stored'),
    progress: z
      .boolean('must be true or false')
      .optional()
      .describe('announce "Generation Progress" on the way; default: false'),
    folder: folderSchema
      .optional()
      .describe(
        "where its files lie: their keys begin with it, after the stack's prefix, such as customers/42",
      ),
    tags: tagsSchema
      .optional()
      .describe('S3 object tags of every object: up to 8, keys and values are text'),
    metadata: metadataSchema
      .default({})
      .describe('echoed in the manifest and in every result event'),
  },
  'must be a JSON object',
);

/** See {@link startedSchema}. */
export type StartedTrigger = z.infer<typeof startedSchema>;
