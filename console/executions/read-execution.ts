import * as z from 'zod';
import type { ErrorCode } from '../../lambdas/contract/error-codes.ts';
import { metadataSchema } from '../../lambdas/contract/generation.ts';
import type { JsonObject } from '../../lambdas/contract/json.ts';
import { resultDetailSchema, resultDetailTypes } from '../../lambdas/contract/results.ts';
import type { Asked, Seen, Standing } from '../backend.ts';
import { readName } from './name.ts';
import { codeOf } from './remedies.ts';
import { failureOf, outcomeOf } from './standing.ts';

/** An execution as a list tells of it. */
export interface Listed {
  readonly arn: string;
  readonly name: string;
  /** Step Functions' word: `RUNNING`, `SUCCEEDED`, `FAILED`, `TIMED_OUT`, `ABORTED`. */
  readonly status: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly endedAt?: number;
}

/** What describing an execution adds. */
export interface Described {
  readonly input?: string | undefined;
  readonly output?: string | undefined;
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
}

const timeSchema = z.string().transform((text) => Date.parse(text));

/** Read loosely: an execution may be of another version, before or after this one. */
const inputSchema = z.object({
  generation: z.object({
    provider: z.string(),
    generationId: z.string(),
    requestId: z.string().optional(),
    credential: z.string().catch('default'),
    metadata: metadataSchema.catch({}),
    requestedAt: timeSchema,
    deadline: timeSchema,
    eventId: z.string().catch(''),
    exportAs: z.array(z.string()).optional().catch(undefined),
    folder: z.string().optional().catch(undefined),
    tags: z.record(z.string(), z.string()).optional().catch(undefined),
    progress: z.literal(true).optional().catch(undefined),
  }),
  request: z.custom<JsonObject>().optional(),
});

/** The fields of a result that are shown. */
const resultSchema = z.object({
  detailType: z.enum(resultDetailTypes),
  detail: resultDetailSchema.pick({ artifacts: true, manifest: true, error: true }).extend({
    generationId: z.string().optional(),
    timing: z.object({ checks: z.int() }).optional().catch(undefined),
  }),
});

/** See {@link resultSchema}. */
type Result = z.infer<typeof resultSchema>;

const stepSchema = z.object({ result: resultSchema });

const parseJson = (text: string | undefined): unknown => {
  try {
    return text === undefined ? undefined : (JSON.parse(text) as unknown);
  } catch {
    return undefined;
  }
};

/** The result that ends an execution, in whichever part of its state data a function put it. */
const resultIn = (state: unknown): Result | undefined => {
  if (typeof state !== 'object' || state === null) return undefined;
  const results = [state, ...Object.values(state)].flatMap((part) => {
    const { data } = stepSchema.safeParse(part);
    return data === undefined || outcomeOf(data.result.detailType) === undefined
      ? []
      : [data.result];
  });
  // A copy that succeeded comes after every check.
  return results.find(({ detail }) => detail.artifacts !== undefined) ?? results[0];
};

const askedOf = (input: z.infer<typeof inputSchema>): Asked => {
  const { provider: _, generationId: __, requestId: ___, ...asked } = input.generation;
  const { exportAs, folder, tags, progress, ...rest } = asked;
  return {
    ...rest,
    ...(exportAs === undefined ? {} : { exportAs }),
    ...(folder === undefined ? {} : { folder }),
    ...(tags === undefined ? {} : { tags }),
    ...(progress === undefined ? {} : { progress }),
    ...(input.request === undefined ? {} : { request: input.request }),
  };
};

const named = (generationId: string, requestId: string | undefined) => ({
  ...(generationId === '' ? {} : { generationId }),
  ...(requestId === undefined ? {} : { requestId }),
});

const standingOf = (status: string, error: string | undefined, accepted: boolean): Standing => {
  if (status === 'RUNNING' || status === 'PENDING_REDRIVE') return 'Running';
  return status === 'SUCCEEDED' ? 'Archived' : failureOf(codeOf(error), accepted);
};

/**
 * What one execution tells of its generation, from its name, and from its input, output and error
 * where they were read; never from its states, which change between versions.
 *
 * @returns `undefined` where intake did not start it
 */
export const readExecution = (
  listed: Listed,
  described: Described | undefined,
  providers: readonly string[],
  now: number,
): Seen | undefined => {
  const name = readName(listed.name, providers, now);
  const times = {
    startedAt: listed.startedAt,
    ...(listed.endedAt === undefined ? {} : { endedAt: listed.endedAt }),
  };
  const input = inputSchema.safeParse(parseJson(described?.input)).data;
  if (described === undefined || input === undefined) {
    if (name === undefined) return undefined;
    const { status } = listed;
    const isOver = status !== 'RUNNING' && status !== 'SUCCEEDED' && status !== 'PENDING_REDRIVE';
    const standing = isOver ? 'Ended' : standingOf(status, undefined, true);
    return { execution: listed.arn, ...name, standing, ...times };
  }
  const output = parseJson(described.output);
  const result = resultIn(output);
  // A request gets its id on the way.
  const later = inputSchema.safeParse(output).data?.generation;
  const { provider, requestId } = input.generation;
  const generationId =
    result?.detail.generationId ?? later?.generationId ?? input.generation.generationId;
  const standing =
    (result === undefined ? undefined : outcomeOf(result.detailType)) ??
    standingOf(listed.status, described.error, generationId !== '' || isLate(described.error));
  const failure =
    described.error === undefined
      ? result?.detail.error
      : { code: codeOf(described.error), message: described.cause ?? '' };
  const detail = result?.detail;
  return {
    execution: listed.arn,
    provider,
    ...named(generationId, requestId),
    standing,
    ...times,
    ...(failure === undefined ? {} : { error: failure }),
    ...(detail?.artifacts === undefined ? {} : { artifacts: detail.artifacts }),
    ...(detail?.manifest === undefined ? {} : { manifest: detail.manifest }),
    ...(detail?.timing === undefined ? {} : { checks: detail.timing.checks }),
    trigger: askedOf(input),
  };
};

/** Errors that only a generation can meet that the provider has accepted. */
const late: readonly ErrorCode[] = [
  'GenerationFailed',
  'GenerationNotFound',
  'ExportMissing',
  'ExportFailed',
  'ExportUncertain',
  'ExportLinkExpired',
  'ExportInvalid',
  'ExportTooLarge',
  'DownloadFailed',
  'StorageFailed',
];

const isLate = (error: string | undefined): boolean => late.some((code) => code === error);
