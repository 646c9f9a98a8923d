import { exportInputSchema } from '../../../lambdas/contract/copy-state.ts';
import { startInputSchema } from '../../../lambdas/contract/start-state.ts';
import type { TaskHandlers } from '../../../local/engine.ts';
import type { Dice } from '../dice.ts';
import { hasNeverRun } from '../never-ran.ts';
import type { createEventBuses } from './event-buses.ts';
import type { createFunctions } from './functions.ts';
import type { SeenPost } from './observed.ts';
import type { Timeline } from './timeline.ts';
import type { Witness } from './witness.ts';

/**
 * Largest input or output of a state, in bytes (Step Functions Developer Guide, "Quotas related to
 * state machine executions").
 */
const maxStateBytes = 262_144;

/** Longest pause of the machine between two attempts, in seconds. */
const longestPause = 60;

type TaskName = 'start' | 'check' | 'copy' | 'export' | 'announcement';

/** What the tasks are made of. */
export interface MachineTasksOptions {
  readonly functions: ReturnType<typeof createFunctions>;
  readonly bus: ReturnType<typeof createEventBuses>['ofMachine'];
  readonly clock: Timeline;
  readonly witness: Witness;
  readonly dice: Dice;
  readonly posts: SeenPost[];
}

/**
 * The tasks of the machine. Their data is looked at, and one that fails costs the pause before the
 * next attempt.
 */
export const createMachineTasks = ({
  functions,
  bus,
  clock,
  witness,
  dice,
  posts,
}: MachineTasksOptions) => {
  const attempts = new Map<string, number>();
  let delayed = 0;

  const look = (where: string, value: unknown): void => {
    const text = JSON.stringify(value);
    const bytes = Buffer.byteLength(text);
    witness.exposed(where, text);
    if (bytes > maxStateBytes)
      witness.violated(`${where} has ${bytes} bytes: a state holds ${maxStateBytes}`);
  };

  const task = async (
    name: TaskName,
    input: unknown,
    run: (execution: string) => Promise<unknown>,
  ): Promise<unknown> => {
    const { execution } = input as { execution: string };
    attempts.set(execution, (attempts.get(execution) ?? 0) + 1);
    look(`the input of a ${name}`, input);
    const began = clock.now();
    try {
      const output = await run(execution);
      look(`the output of a ${name}`, output);
      return output;
    } catch (error) {
      if (name !== 'announcement') functions.forget(name);
      await clock.sleep(dice.between(0, longestPause) * 1000);
      delayed += clock.now() - began;
      throw error;
    }
  };

  /** A task that sends a POST, and breaks off where nobody knows whether it did. */
  const posting = async (
    post: Pick<SeenPost, 'to' | 'about' | 'by'>,
    run: () => Promise<unknown>,
  ): Promise<unknown> => {
    try {
      return await run();
    } catch (error) {
      if (!(error instanceof Error && hasNeverRun(error.name)))
        posts.push({ ...post, fate: 'unknown', at: clock.now(), brokeOff: true });
      throw error;
    }
  };

  const tasks: TaskHandlers = {
    start: async (input) =>
      task('start', input, async (by) => {
        const { requestId } = startInputSchema.parse(input).generation;
        return posting({ to: 'create', about: requestId, by }, async () =>
          functions.start(input, by),
        );
      }),
    check: async (input) =>
      task('check', input, async (execution) => functions.check(input, execution)),
    copy: async (input) => task('copy', input, async () => functions.copy(input)),
    startExport: async (input) =>
      task('export', input, async (by) => {
        const { format } = exportInputSchema.parse(input).copy.export;
        return posting({ to: 'export', about: format, by }, async () =>
          functions.export(input, by),
        );
      }),
    bus: {
      put: async (detailType, detail) => {
        await task('announcement', detail, async () => {
          await bus.put(detailType, detail);
          return {};
        });
      },
    },
  };
  return { tasks, attempts, delayed: () => delayed };
};
