import * as z from 'zod';
import {
  endlessNumberProblem,
  holdsEndlessNumber,
  isDeeperThan,
  maxMetadataDepth,
  requestIdSchema,
} from './generation.ts';
import type { JsonObject } from './json.ts';
import { startedSchema } from './started.ts';

/**
 * Largest `request`, in bytes of its JSON text (UTF-8). A state holds 256 KiB (Step Functions
 * Developer Guide, "Quotas related to state machine executions"), and the request shares it with
 * the metadata and the answer to the start.
 */
export const maxRequestBytes = 200_000;

const requestProblem = (value: unknown): string | undefined => {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return "must be an object: the body of the provider's own create request";
  if (isDeeperThan(value, maxMetadataDepth))
    return `must not nest deeper than ${maxMetadataDepth} levels`;
  if (holdsEndlessNumber(value)) return endlessNumberProblem;
  const bytes = Buffer.byteLength(JSON.stringify(value));
  if (bytes > maxRequestBytes)
    return `must be at most ${maxRequestBytes} bytes as JSON; it has ${bytes}`;
  return undefined;
};

/**
 * The body of the provider's own create request, passed on as it is. What must be in it is known to
 * the provider's own file.
 */
export const requestBodySchema: z.ZodType<JsonObject> = z
  .custom<JsonObject>()
  .superRefine((value, context) => {
    const message = value === undefined ? 'is missing' : requestProblem(value);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  })
  .meta({
    type: 'object',
    description: `the body of the provider's own create request, up to ${maxRequestBytes} bytes`,
  });

const {
  provider,
  credential,
  timeoutMinutes,
  expectedSeconds,
  exportAs,
  progress,
  folder,
  tags,
  metadata,
} = startedSchema.shape;

/**
 * The detail of the trigger event `Generation Requested`: the archiver starts the generation
 * itself, then follows it.
 */
export const requestedSchema = z.strictObject(
  {
    provider,
    requestId: requestIdSchema.describe(
      "the caller's own name of the request: a request of the same name starts nothing, ever",
    ),
    request: requestBodySchema,
    credential,
    timeoutMinutes,
    expectedSeconds: expectedSeconds.describe(
      'how long the generation usually takes once it is started',
    ),
    exportAs,
    progress,
    folder,
    tags,
    metadata,
  },
  'must be a JSON object',
);

/** See {@link requestedSchema}. */
export type RequestedTrigger = z.infer<typeof requestedSchema>;
