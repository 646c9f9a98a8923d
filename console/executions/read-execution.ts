import type { DescribeExecutionOutput, ExecutionListItem } from '@aws-sdk/client-sfn';
import * as z from 'zod';
import type { ErrorCode } from '../../lambdas/contract/error-codes.ts';
import { metadataSchema } from '../../lambdas/contract/generation.ts';
import type { JsonObject } from '../../lambdas/contract/json.ts';
import { resultDetailSchema, resultDetailTypes } from '../../lambdas/contract/results.ts';
import { readJson } from '../../local/read-json.ts';
import type { Asked, Seen, Standing } from '../backend.ts';
import { readName } from './name.ts';
import { codeOf } from './remedies.ts';
import { failureOf, outcomeOf } from './standing.ts';

/** An execution as a list tells of it. */
export type Listed = Partial<
  Pick<ExecutionListItem, 'executionArn' | 'name' | 'status' | 'startDate' | 'stopDate'>
>;

/** What describing an execution adds. */
export type Described = Pick<DescribeExecutionOutput, 'input' | 'output' | 'error' | 'cause'> &
  FailedStart;

/** What the history alone tells of a request that ended badly. */
export type FailedStart = Pick<Seen, 'generationId' | 'mayExist'>;

/** A time that can be read: a number is none of those that are not. */
export const timeSchema = z
  .string()
  .transform((text) => Date.parse(text))
  .pipe(z.number());

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

const askedOf = ({ generation, request }: z.infer<typeof inputSchema>): Asked => {
  const { provider: _, generationId: __, requestId: ___, ...asked } = generation;
  return { ...asked, request };
};

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
  const { executionArn: execution = '', name = '', status = '' } = listed;
  const startedAt = listed.startDate?.getTime() ?? 0;
  const endedAt = listed.stopDate?.getTime();
  const input = readJson(inputSchema, described?.input);
  if (described === undefined || input === undefined) {
    const named = readName(name, providers, now);
    if (named === undefined) return undefined;
    const isOver = status !== 'RUNNING' && status !== 'SUCCEEDED' && status !== 'PENDING_REDRIVE';
    const standing = isOver ? 'Ended' : standingOf(status, undefined, true);
    return { execution, ...named, standing, startedAt, endedAt };
  }
  const { error, cause: message = '', mayExist } = described;
  const output = readJson(z.unknown(), described.output);
  const result = resultIn(output);
  // A request gets its id on the way.
  const later = inputSchema.safeParse(output).data?.generation;
  const { provider, requestId } = input.generation;
  const generationId =
    result?.detail.generationId ??
    later?.generationId ??
    described.generationId ??
    input.generation.generationId;
  return {
    execution,
    provider,
    generationId: generationId === '' ? undefined : generationId,
    requestId,
    mayExist,
    standing:
      (result === undefined ? undefined : outcomeOf(result.detailType)) ??
      standingOf(status, error, generationId !== '' || isLate(error)),
    startedAt,
    endedAt,
    error: error === undefined ? result?.detail.error : { code: codeOf(error), message },
    artifacts: result?.detail.artifacts,
    manifest: result?.detail.manifest,
    checks: result?.detail.timing?.checks,
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
