import type { TaskHandlers } from '../../../local/engine.ts';
import type { Dice } from '../dice.ts';
import type { createEventBuses } from './event-buses.ts';
import type { createFunctions } from './functions.ts';
import { nothingStarts } from '../../support/generation.ts';
import type { Timeline } from './timeline.ts';
import type { Witness } from './witness.ts';

/** Largest input or output of a state, in bytes (Step Functions Developer Guide, "Quotas related to state machine executions"). */
const maxStateBytes = 262_144;

/** Longest pause of the machine between two attempts, in seconds. */
const longestPause = 60;

type TaskName = 'check' | 'copy' | 'announcement';

/** What the tasks are made of. */
export interface MachineTasksOptions {
  readonly functions: ReturnType<typeof createFunctions>;
  readonly bus: ReturnType<typeof createEventBuses>['ofMachine'];
  readonly clock: Timeline;
  readonly witness: Witness;
  readonly dice: Dice;
}

/** The tasks of the machine. Their data is looked at, and one that fails costs the pause before the next attempt. */
export const createMachineTasks = ({ functions, bus, clock, witness, dice }: MachineTasksOptions) => {
  const attempts = new Map<string, number>();
  let delayed = 0;

  const look = (where: string, value: unknown): void => {
    const text = JSON.stringify(value);
    const bytes = Buffer.byteLength(text);
    witness.exposed(where, text);
    if (bytes > maxStateBytes) witness.violated(`${where} has ${bytes} bytes: a state holds ${maxStateBytes}`);
  };

  const task = async (name: TaskName, input: unknown, run: (execution: string) => Promise<unknown>): Promise<unknown> => {
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

  const tasks: TaskHandlers = {
    start: nothingStarts,
    check: async (input) => task('check', input, async (execution) => functions.check(input, execution)),
    copy: async (input) => task('copy', input, async () => functions.copy(input)),
    startExport: async () => Promise.reject(new Error('no case of the suite asks for exports')),
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
