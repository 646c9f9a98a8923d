import { AsyncLocalStorage } from 'node:async_hooks';
import type { Clock, EventBus } from '../../../lambdas/contract/ports.ts';
import { resolveSettings, type GenerationArchiverProps } from '../../../lib/config/config.ts';
import { synthesiseDefinitions } from '../../../lib/workflow/definition.ts';
import { createEngine, type MachineCalls, type TaskHandlers } from '../../../local/engine.ts';
import type { MachineClock } from '../../../local/machine.ts';
import { simulatedProviders } from '../../../local/simulator/index.ts';
import { apiOrigin } from './provider-host.ts';

const props: GenerationArchiverProps = {
  providers: Object.fromEntries(
    simulatedProviders.map((provider) => [provider, { baseUrl: apiOrigin(provider) }]),
  ),
};

const resolved = resolveSettings(props);

/** The deployed settings of every provider. */
export const deployedSettings = Object.fromEntries(
  resolved.providers.map(({ provider, settings }) => [provider.name, settings]),
);

/** What an execution needs of its run. */
export interface MachineWorld {
  readonly clock: MachineClock;
  readonly tasks: TaskHandlers;
  readonly calls: MachineCalls;
  readonly entered: (execution: string, state: string) => void;
}

const worlds = new AsyncLocalStorage<MachineWorld>();

const world = (): MachineWorld => {
  const found = worlds.getStore();
  if (found === undefined) throw new Error('the machine runs outside of a world');
  return found;
};

const bus: EventBus = {
  put: async (detailType, detail) => world().tasks.bus.put(detailType, detail),
};

const definitions = synthesiseDefinitions(props);

/** Seconds after which Step Functions stops an execution. */
export const machineTimeoutSeconds = definitions.generation.TimeoutSeconds;

/**
 * The definition that would be deployed, synthesised and checked once for all runs of this process:
 * that takes a second or two.
 */
const engine = createEngine({
  definitions,
  tasks: {
    start: async (input) => world().tasks.start(input),
    check: async (input) => world().tasks.check(input),
    copy: async (input) => world().tasks.copy(input),
    startExport: async (input) => world().tasks.startExport(input),
    bus,
  },
  clock: {
    now: () => world().clock.now(),
    sleep: async (milliseconds, stopped) => world().clock.sleep(milliseconds, stopped),
  },
  virtualTime: true,
  calls: {
    start: async (run) => world().calls.start(run),
    answer: async (send) => world().calls.answer(send),
  },
  onState: ({ execution, state }) => world().entered(execution, state),
});

/**
 * Settles when no execution of the checks machine runs any more: one goes on when the execution that
 * called it is stopped, and it alone pushes the clock on then.
 */
export const checksIdle = async (): Promise<void> => engine.idle();

/** Runs something to which executions belong that are started in it. */
export const inWorld = async <T>(of: MachineWorld, run: () => Promise<T>): Promise<T> =>
  worlds.run(of, run);

/** Runs something in the same world, with a clock of its own. */
export const withClock = async <T>(clock: Clock, run: () => Promise<T>): Promise<T> =>
  worlds.run({ ...world(), clock }, run);

/** Starts an execution in the world that this is called in. */
export const startExecution = engine.run;
