import * as z from 'zod';
import { requestedGenerationSchema } from './generation.ts';
import { requestBodySchema } from './requested.ts';
import { startResultSchema } from './results.ts';
import { executionInputSchema, freshMemory, pollSchema, type PollMemory } from './state.ts';

/**
 * Limit on one request to start a generation, in milliseconds. Six times that of a status request:
 * an answer that comes after it is lost, and with it what was paid for.
 */
export const startTimeoutMilliseconds = 60_000;

/** What the attempts to start one generation remember from one to the next. */
export const startMemorySchema = z.object({
  /** Requests that were made, or tried. */
  attempts: z.int().nonnegative(),
  /** Consecutive 429 answers. */
  throttles: z.int().nonnegative(),
  /** Consecutive attempts that did not reach the provider. */
  failures: z.int().nonnegative(),
  /** Consecutive refusals of the API key. The attempt after a refusal reads the secret afresh. */
  refusals: z.int().nonnegative(),
  /**
   * When an attempt first was uncertain: it may have started something, ISO 8601. From
   * then on no refusal can say that nothing was started.
   */
  uncertainSince: z.iso.datetime().optional(),
  /**
   * What the provider knows a repetition by names the deployment; absent in the state of executions
   * that began with a version before, whose attempts go on under the key of the first.
   */
  namesDeployment: z.literal(true).optional(),
});

/** See {@link startMemorySchema}. */
export type StartMemory = z.infer<typeof startMemorySchema>;

/** The memory of a request that was never sent. */
export const freshStartMemory: StartMemory = {
  attempts: 0,
  throttles: 0,
  failures: 0,
  refusals: 0,
  namesDeployment: true,
};

/** What the machine does after an attempt to start: the one field that its Choice compares. */
export const startNextValues = ['accepted', 'wait', 'stop'] as const;

/** State data `$.start`: what the last attempt returned. */
export const startSchema = z.object({
  next: z.enum(startNextValues),
  /** Whole seconds for the Wait state; 0 where no wait follows. */
  waitSeconds: z.int().nonnegative(),
  memory: startMemorySchema,
  /**
   * With `accepted`: the state data from here on, as if the caller had started the generation. The
   * request is not in it.
   */
  state: executionInputSchema.optional(),
  /** The event to announce: with `accepted` and `stop`. */
  result: startResultSchema.optional(),
});

/** See {@link startSchema}. */
export type Start = z.infer<typeof startSchema>;

/** What an execution starts with that has to start its generation first: the work of intake. */
export const requestInputSchema = z.object({
  generation: requestedGenerationSchema,
  /** What to ask the provider for. It leaves the state with the start. */
  request: requestBodySchema,
  start: z.object({ memory: startMemorySchema }),
  /**
   * As of a generation that was never checked. Present from the start, so that the machine's paths
   * always resolve.
   */
  poll: pollSchema,
  copy: z.object({}),
});

/** See {@link requestInputSchema}. */
export type RequestInput = z.infer<typeof requestInputSchema>;

/** What the machine hands to a start function. */
export const startInputSchema = z.object({
  generation: requestedGenerationSchema,
  request: requestBodySchema,
  start: z.object({ memory: startMemorySchema }),
  execution: z.string(),
});

/** See {@link startInputSchema}. */
export type StartInput = z.infer<typeof startInputSchema>;

/** The memory of checks that the pauses between attempts go by. */
export const pollMemoryOf = ({ throttles, failures, refusals }: StartMemory): PollMemory => ({
  ...freshMemory,
  throttles,
  failures,
  refusals,
  slowdown: Math.min(2 ** throttles, 64),
});
