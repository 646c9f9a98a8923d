import * as z from 'zod';
import { credentialSchema, generationIdSchema } from './generation.ts';

/**
 * A file that goes with a reply. Chronicle, POST /presentations/generate/:generationId/message: all
 * four fields are required.
 */
const attachmentSchema = z.strictObject(
  {
    id: z.string('must be a string').min(1, 'must not be empty'),
    url: z
      .string('must be a string')
      .min(1, 'must not be empty')
      .describe('where the provider finds the file'),
    file_name: z.string('must be a string').min(1, 'must not be empty'),
    type: z.string('must be a string').min(1, 'must not be empty').describe('MIME type'),
  },
  'must be an object',
);

/**
 * The detail of the trigger event `Generation Reply`: the answer to a question that `Generation
 * Awaiting Input` told. No provider documents a limit on its length; an event of EventBridge holds
 * 1 MB (Amazon EventBridge User Guide, "PutEvents entry size").
 */
export const replySchema = z.strictObject(
  {
    provider: z
      .string('must be a string')
      .min(1, 'must not be empty')
      .describe('one of the deployed providers'),
    generationId: generationIdSchema.describe("the provider's own id of the generation"),
    credential: credentialSchema
      .default('default')
      .describe("which API key: the last part of the secret's name"),
    questionId: z
      .string('must be a string')
      .regex(/^[0-9a-f]{16}$/, 'must be the questionId of a "Generation Awaiting Input" event')
      .optional()
      .describe('which question this answers: it is not sent as an answer to another one'),
    content: z
      .string('must be a string')
      .min(1, 'must not be empty')
      .describe('the answer, sent as it is'),
    attachments: z
      .array(attachmentSchema, 'must be a list')
      .optional()
      .describe('files that go with it, as the provider documents them'),
  },
  'must be a JSON object',
);

/** See {@link replySchema}. */
export type ReplyTrigger = z.infer<typeof replySchema>;

/**
 * What of a reply goes to the provider. It is confidential: never in a log, a message or an event.
 */
export type Reply = Pick<ReplyTrigger, 'content' | 'attachments'>;
