import * as z from 'zod';
import { generationSchema, requestedGenerationSchema, type Generation, type RequestedGeneration } from '../contract/generation.ts';
import type { Executions } from '../contract/ports.ts';
import { freshMemory, pollMemorySchema, type PollMemory } from '../contract/state.ts';

/** What is known of a generation whose execution has ended without a word. */
export type LastKnown =
  | { readonly kind: 'followed'; readonly generation: Generation; readonly memory: PollMemory }
  /** It was to be started. Whether it was, its execution does not tell. */
  | { readonly kind: 'requested'; readonly generation: RequestedGeneration };

const followedSchema = z.object({
  generation: generationSchema,
  poll: z.object({ memory: pollMemorySchema }).catch({ memory: freshMemory }),
});

const requestedSchema = z.object({ generation: requestedGenerationSchema });

/** With `accepted` in its state, the id is known although the acceptance may not have been announced. */
const acceptedSchema = z.object({ start: z.object({ state: followedSchema }) });

const readState = (text: string): LastKnown | undefined => {
  const state: unknown = JSON.parse(text);
  const followed = followedSchema.safeParse(state).data ?? acceptedSchema.safeParse(state).data?.start.state;
  if (followed !== undefined) return { kind: 'followed', generation: followed.generation, memory: followed.poll.memory };
  const requested = requestedSchema.safeParse(state).data;
  return requested === undefined ? undefined : { kind: 'requested', generation: requested.generation };
};

const read = (text: string | undefined): LastKnown | undefined => {
  try {
    return text === undefined ? undefined : readState(text);
  } catch {
    return undefined;
  }
};

/**
 * What an execution knew last: of a request, whether it had been accepted in the meantime, stands in the history alone. `undefined`
 * where it was started by somebody else than intake.
 */
export const lastKnown = async (executions: Pick<Executions, 'lastState'>, name: string, input: string): Promise<LastKnown | undefined> => {
  const known = read(input);
  return known?.kind === 'requested' ? (read(await executions.lastState(name)) ?? known) : known;
};
