import * as z from 'zod';
import { errorCodes } from './error-codes.ts';
import { fileFormats } from './file-formats.ts';
import { folderSchema } from './folder.ts';
import {
  credentialSchema,
  generationIdSchema,
  metadataSchema,
  providerNameSchema,
  requestIdSchema,
} from './generation.ts';
import { tagsSchema } from './tags.ts';

/** The `source` of every event that the archiver sends. Triggers with this source are ignored. */
export const eventSource = 'generation-archiver';

/** The `detail-type`s of the events that the archiver sends. */
export const resultDetailTypes = [
  'Generation Accepted',
  'Generation Archived',
  'Generation Partially Archived',
  'Generation Progress',
  'Generation Awaiting Input',
  'Generation Failed',
  'Generation Timed Out',
  'Generation Not Archived',
  'Generation Cancelled',
  'Generation Not Started',
  'Generation Rejected',
] as const;

/** One of {@link resultDetailTypes}. */
export type ResultDetailType = (typeof resultDetailTypes)[number];

/**
 * The file formats that are archived. `json` is the status document of a provider that exports no
 * file.
 */
export const exportFormats = [...fileFormats, 'json'] as const;

/** One of {@link exportFormats}. */
export type ExportFormat = (typeof exportFormats)[number];

/** Where an object lies. */
export const objectLocationSchema = z.object({
  bucket: z.string(),
  key: z.string(),
  uri: z.string().describe('s3://bucket/key'),
});

/** See {@link objectLocationSchema}. */
export type ObjectLocation = z.infer<typeof objectLocationSchema>;

/** One archived file. */
export const artifactSchema = objectLocationSchema.extend({
  format: z.enum(exportFormats),
  contentType: z.string(),
  bytes: z.int().nonnegative(),
  sha256: z.string().describe('SHA-256 of the bytes, lower-case hexadecimal'),
  variant: z
    .string()
    .optional()
    .describe("which of several files, in the provider's own numbering"),
});

/** See {@link artifactSchema}. */
export type Artifact = z.infer<typeof artifactSchema>;

/** Why something did not work. */
export const problemSchema = z.object({ code: z.enum(errorCodes), message: z.string() });

/** When things happened. Times are ISO 8601 in UTC. */
export const timingSchema = z.object({
  requestedAt: z.string().describe("the trigger event's own time"),
  acceptedAt: z
    .string()
    .optional()
    .describe('when the provider accepted the request to start it, where the archiver sent it'),
  detectedAt: z.string().optional().describe('when a check first saw the outcome'),
  completedAt: z
    .string()
    .optional()
    .describe('when the provider says that it finished, where it says so'),
  endedAt: z.string().describe('when this event was made'),
  checks: z.int().nonnegative().describe('status requests made to the provider'),
});

/** See {@link timingSchema}. */
export type Timing = z.infer<typeof timingSchema>;

/**
 * What the provider told about the generation, in the provider's own field names; never an API key
 * or a download link.
 */
export const generationDetailsSchema = z.record(z.string(), z.json());

/** See {@link generationDetailsSchema}. */
export type GenerationDetails = z.infer<typeof generationDetailsSchema>;

/**
 * The detail of every event about a generation that the provider knows. Fields that do not apply
 * are absent.
 */
export const resultDetailSchema = z.object({
  version: z.literal('1'),
  provider: providerNameSchema,
  generationId: generationIdSchema,
  requestId: requestIdSchema.optional().describe('of the Generation Requested that started it'),
  credential: credentialSchema,
  metadata: metadataSchema,
  folder: folderSchema
    .optional()
    .describe("where its files lie, or are to lie: keys begin with it, after the stack's prefix"),
  tags: tagsSchema.optional().describe('S3 object tags of its objects'),
  artifacts: z.array(artifactSchema).optional(),
  manifest: objectLocationSchema.optional(),
  generation: generationDetailsSchema.optional(),
  questionId: z
    .string()
    .optional()
    .describe('of a question: what "Generation Reply" quotes to answer this question and no other'),
  error: problemSchema.optional(),
  timing: timingSchema,
  execution: z.string().describe('ARN of the Step Functions execution'),
});

/** See {@link resultDetailSchema}. */
export type ResultDetail = z.infer<typeof resultDetailSchema>;

/** The detail of `Generation Progress`: what the provider tells on the way. */
export const progressDetailSchema = resultDetailSchema
  .omit({ artifacts: true, manifest: true, generation: true, questionId: true, error: true })
  .extend({
    status: z.string().describe("the provider's own word, for example processing"),
    progress: z.number().min(0).max(1).optional().describe('0 to 1, where the provider tells'),
    step: z
      .string()
      .optional()
      .describe('what the provider is just doing, in its own words, where it tells'),
    elapsedSeconds: z.int().nonnegative().describe('since the generation was started or requested'),
    expectedSeconds: z
      .int()
      .nonnegative()
      .optional()
      .describe(
        'how long it is likely to take in all: by the progress so far, else as the trigger said',
      ),
  });

/** See {@link progressDetailSchema}. */
export type ProgressDetail = z.infer<typeof progressDetailSchema>;

/**
 * The detail of `Generation Not Started`: a request that led to no generation, or to none that
 * is known.
 */
export const notStartedDetailSchema = resultDetailSchema
  .omit({ generationId: true, artifacts: true, manifest: true, generation: true })
  .extend({ requestId: requestIdSchema, error: problemSchema });

/** See {@link notStartedDetailSchema}. */
export type NotStartedDetail = z.infer<typeof notStartedDetailSchema>;

/**
 * The detail of `Generation Cancelled`: like any other result, but that a request may be cancelled
 * before it has led to an id.
 */
export const cancelledDetailSchema = resultDetailSchema.extend({
  generationId: generationIdSchema
    .optional()
    .describe('absent where the provider had not accepted the request: then there is a requestId'),
  error: problemSchema.describe(
    'StartUncertain where the provider may have started what was cancelled, else GenerationCancelled',
  ),
});

/** See {@link cancelledDetailSchema}. */
export type CancelledDetail = z.infer<typeof cancelledDetailSchema>;

/** One thing that is wrong with a trigger event. */
export const fieldProblemSchema = z.object({
  field: z
    .string()
    .describe(
      'path in the event\'s detail, for example "timeoutMinutes"; "" for the detail itself',
    ),
  message: z.string(),
});

/** See {@link fieldProblemSchema}. */
export type FieldProblem = z.infer<typeof fieldProblemSchema>;

/**
 * The detail of `Generation Rejected`: what of the trigger could be read, and everything that is
 * wrong with it.
 */
export const rejectedDetailSchema = z.object({
  version: z.literal('1'),
  provider: z.string().optional(),
  generationId: z.string().optional(),
  requestId: z.string().optional(),
  credential: z.string().optional(),
  metadata: metadataSchema.optional(),
  folder: folderSchema.optional(),
  tags: tagsSchema.optional(),
  error: problemSchema.extend({ problems: z.array(fieldProblemSchema).min(1) }),
  trigger: z.object({
    id: z.string().optional().describe('the EventBridge id of the refused event'),
    source: z.string().optional(),
    time: z.string().optional(),
  }),
});

/** See {@link rejectedDetailSchema}. */
export type RejectedDetail = z.infer<typeof rejectedDetailSchema>;

/**
 * The `detail-type`s of events about a generation that the provider knows; of a cancelled one, it
 * may not.
 */
export type GenerationResultType = Exclude<
  ResultDetailType,
  'Generation Progress' | 'Generation Not Started' | 'Generation Rejected'
>;

/**
 * A result event that the state machine sends about a generation: its `detail-type` and its
 * `detail`.
 */
export const resultSchema = z.object({
  detailType: z
    .enum(resultDetailTypes)
    .exclude(['Generation Progress', 'Generation Not Started', 'Generation Rejected']),
  detail: resultDetailSchema,
});

/** See {@link resultSchema}. */
export type Result = z.infer<typeof resultSchema>;

/** The event that the checks machine sends about what the provider tells on the way. */
export const progressResultSchema = z.object({
  detailType: z.literal('Generation Progress'),
  detail: progressDetailSchema,
});

/** See {@link progressResultSchema}. */
export type ProgressResult = z.infer<typeof progressResultSchema>;

/** The event that the state machine sends where a request led to nothing. */
export const notStartedResultSchema = z.object({
  detailType: z.literal('Generation Not Started'),
  detail: notStartedDetailSchema,
});

/** See {@link notStartedResultSchema}. */
export type NotStartedResult = z.infer<typeof notStartedResultSchema>;

/** The event about an execution that was stopped on request. */
export const cancelledResultSchema = z.object({
  detailType: z.literal('Generation Cancelled'),
  detail: cancelledDetailSchema,
});

/** See {@link cancelledResultSchema}. */
export type CancelledResult = z.infer<typeof cancelledResultSchema>;

/** What an attempt to start a generation announces. */
export const startResultSchema = z.discriminatedUnion('detailType', [
  z.object({ detailType: z.literal('Generation Accepted'), detail: resultDetailSchema }),
  notStartedResultSchema,
]);
