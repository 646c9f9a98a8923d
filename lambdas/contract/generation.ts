import * as z from 'zod';
import { looksLikeApiKey } from './api-key.ts';
import { exportAsFormatSchema } from './export-as.ts';
import { folderSchema } from './folder.ts';
import type { JsonObject } from './json.ts';
import { tagsSchema } from './tags.ts';

/**
 * Characters that the archiver accepts in ids: safe in an S3 key, a secret's name and a URL path
 * without encoding.
 */
const idCharacters = /^[A-Za-z0-9._-]+$/;

/** `.` and `..` are folders, not names: refused so that no key or path can climb. */
const notAFolder = (value: string): boolean => !/^\.+$/.test(value);

const idProblem = 'only letters, digits, ".", "_" and "-" are allowed';

/**
 * A provider's name as the registry spells it, for example `gamma`. Whether it is deployed is known
 * only to the deployment.
 */
export const providerNameSchema = z
  .string()
  .regex(
    /^[a-z][a-z0-9-]{0,31}$/,
    'must be the name of a provider: lower-case letters, digits and "-"',
  );

const idSchema = (longest: number) =>
  z
    .string('must be a string')
    .min(1, 'must not be empty')
    .max(longest, `must be at most ${longest} characters`)
    .regex(idCharacters, idProblem)
    .refine(notAFolder, 'must not consist of dots only')
    .refine(
      (value) => !looksLikeApiKey(value),
      'must not be an API key: keys are in Secrets Manager alone',
    );

/** The provider's own id of the generation. */
export const generationIdSchema = idSchema(200);

/** Which API key to use: the last part of the secret's name. */
export const credentialSchema = idSchema(64);

/** The caller's own name of a request to start a generation. */
export const requestIdSchema = idSchema(64);

/** Longest time, in minutes, that a generation may be followed: one day. */
export const maxTimeoutMinutes = 1440;

/**
 * Largest `metadata` object, in bytes of its JSON text (UTF-8). It is echoed in every result event.
 */
export const maxMetadataBytes = 8192;

/** Deepest nesting of `metadata`: deeper input has no use and breaks recursive code further on. */
export const maxMetadataDepth = 32;

/**
 * Whether a value nests deeper than `limit`. Walks without recursion: the input may be built to
 * overflow a stack.
 */
export const isDeeperThan = (value: unknown, limit: number): boolean => {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > limit) return true;
    level = level.flatMap((item) =>
      typeof item === 'object' && item !== null ? Object.values(item) : [],
    );
  }
  return false;
};

/**
 * Whether a value of few levels holds a number such as 1e999, which becomes `null` when it is
 * written as JSON again.
 */
export const holdsEndlessNumber = (value: unknown): boolean => {
  if (typeof value === 'number') return !Number.isFinite(value);
  return (
    typeof value === 'object' && value !== null && Object.values(value).some(holdsEndlessNumber)
  );
};

/** Said of what holds an endless number. */
export const endlessNumberProblem = 'holds a number that is too large';

const metadataProblem = (value: unknown): string | undefined => {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return 'must be an object';
  if (isDeeperThan(value, maxMetadataDepth))
    return `must not nest deeper than ${maxMetadataDepth} levels`;
  if (holdsEndlessNumber(value)) return endlessNumberProblem;
  if (Buffer.byteLength(JSON.stringify(value)) > maxMetadataBytes)
    return `must be at most ${maxMetadataBytes} bytes as JSON`;
  return undefined;
};

/** The caller's own JSON object, passed through as it is. */
export const metadataSchema: z.ZodType<JsonObject> = z
  .custom<JsonObject>()
  .superRefine((value, context) => {
    const message = metadataProblem(value);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  })
  .meta({ type: 'object', description: `any JSON object up to ${maxMetadataBytes} bytes` });

/**
 * One generation to follow: what intake made of a valid trigger event. It is state data
 * (`$.generation`) that no state ever changes, so that every later step sees exactly what was asked
 * for.
 */
export const generationSchema = z.object({
  provider: providerNameSchema,
  generationId: generationIdSchema,
  credential: credentialSchema,
  /** Of the `Generation Requested` that started it; absent where the caller started it. */
  requestId: requestIdSchema.optional(),
  /** Fetch anew what is already stored. */
  refresh: z.boolean(),
  metadata: metadataSchema,
  /** Announce what the provider tells on the way. */
  progress: z.literal(true).optional(),
  /** Where its files lie, after the stack's prefix. */
  folder: folderSchema.optional(),
  /** S3 object tags of every object. */
  tags: tagsSchema.optional(),
  /** Formats that the finished deck is exported to, where the provider offers no file of them. */
  exportAs: z.array(exportAsFormatSchema).optional(),
  /**
   * The caller's hint: seconds that the generation usually takes, counted from the event's time.
   */
  expectedSeconds: z.number().positive().optional(),
  /** When the trigger event was sent (its own `time`), ISO 8601. */
  requestedAt: z.iso.datetime(),
  /**
   * When the provider accepted the request to start it, ISO 8601; absent where the caller started
   * it.
   */
  acceptedAt: z.iso.datetime().optional(),
  /** When following ends, ISO 8601. */
  deadline: z.iso.datetime(),
  /**
   * The EventBridge id of the trigger event: the same event delivered twice is recognised by it.
   */
  eventId: z.string(),
});

/** See {@link generationSchema}. */
export type Generation = z.infer<typeof generationSchema>;

/** A generation that is still to be started: the provider has given it no id yet. */
export const requestedGenerationSchema = generationSchema
  .omit({ acceptedAt: true })
  // Empty rather than absent: the machine's first Choice compares it, and a Choice is the same for
  // every generation.
  .extend({ generationId: z.literal(''), requestId: requestIdSchema });

/** See {@link requestedGenerationSchema}. */
export type RequestedGeneration = z.infer<typeof requestedGenerationSchema>;
