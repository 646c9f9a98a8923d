import * as z from 'zod';
import {
  generationSchema,
  requestedGenerationSchema,
  type Generation,
  type RequestedGeneration,
} from '../contract/generation.ts';
import type { Executions, LastState } from '../contract/ports.ts';
import { notStartedResultSchema } from '../contract/results.ts';
import { startMemorySchema } from '../contract/start-state.ts';
import { freshMemory, pollMemorySchema, type PollMemory } from '../contract/state.ts';

/** What is known of a generation whose execution has ended without a word. */
export type LastKnown =
  | { readonly kind: 'followed'; readonly generation: Generation; readonly memory: PollMemory }
  /**
   * It was to be started, and the provider had not accepted it. `mayExist`: a request may have
   * reached the provider all the same.
   */
  | {
      readonly kind: 'requested';
      readonly generation: RequestedGeneration;
      readonly mayExist: boolean;
    };

const followedSchema = z.object({
  generation: generationSchema,
  poll: z.object({ memory: pollMemorySchema }).catch({ memory: freshMemory }),
});

const requestedSchema = z.object({ generation: requestedGenerationSchema });

/**
 * With `accepted` in its state, the id is known although the acceptance may not have been
 * announced.
 */
const acceptedSchema = z.object({ start: z.object({ state: followedSchema }) });

/**
 * The start has come to an end, which tells what is known, although it may not have been announced.
 */
const refusedSchema = z.object({ start: z.object({ result: notStartedResultSchema }) });

/**
 * Between two attempts, or before the first: nothing was sent whose fate is not known. An `error`
 * is that of an attempt that broke off.
 */
const unsentSchema = z.object({
  start: z.object({
    next: z.enum(['wait', 'stop']).optional(),
    memory: startMemorySchema.extend({ uncertainSince: z.undefined().optional() }),
  }),
  error: z.undefined().optional(),
});

const mayExist = (state: unknown, inTask: boolean): boolean => {
  const refused = refusedSchema.safeParse(state).data;
  if (refused !== undefined) return refused.start.result.detail.error.code === 'StartUncertain';
  return inTask || !unsentSchema.safeParse(state).success;
};

const readState = ({ data, inTask }: LastState): LastKnown | undefined => {
  const state: unknown = JSON.parse(data);
  const followed =
    followedSchema.safeParse(state).data ?? acceptedSchema.safeParse(state).data?.start.state;
  if (followed !== undefined)
    return { kind: 'followed', generation: followed.generation, memory: followed.poll.memory };
  const requested = requestedSchema.safeParse(state).data;
  return requested === undefined
    ? undefined
    : { kind: 'requested', generation: requested.generation, mayExist: mayExist(state, inTask) };
};

const read = (state: LastState | undefined): LastKnown | undefined => {
  try {
    return state === undefined ? undefined : readState(state);
  } catch {
    return undefined;
  }
};

/**
 * What an execution knew last: of a request, whether it had been accepted in the meantime, stands
 * in the history alone. `undefined` where intake did not start it.
 */
export const lastKnown = async (
  executions: Pick<Executions, 'lastState'>,
  name: string,
  input: string,
): Promise<LastKnown | undefined> => {
  // How far it got, the input does not tell.
  const known = read({ data: input, inTask: true });
  return known?.kind === 'requested' ? (read(await executions.lastState(name)) ?? known) : known;
};
