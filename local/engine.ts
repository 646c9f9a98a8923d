import { ExecutionError, StateMachine } from 'aws-local-stepfunctions';
import type { StateMachineDefinition as EngineDefinition } from 'aws-local-stepfunctions';
import { z } from 'zod';
import type { JsonValue } from '../lambdas/contract/json.ts';
import type { Clock, EventBus, LastState } from '../lambdas/contract/ports.ts';
import { resultDetailTypes } from '../lambdas/contract/results.ts';
import type { RequestInput } from '../lambdas/contract/start-state.ts';
import type { ExecutionInput } from '../lambdas/contract/state.ts';
import type { StateMachineDefinition } from '../lib/workflow/definition.ts';
import { supplyWithResolvers } from './supply-with-resolvers.ts';

/** What stands behind the machine's tasks. */
export interface TaskHandlers {
  /** All providers' starts. */
  start(input: unknown): Promise<unknown>;
  /** All providers' status checks. */
  check(input: unknown): Promise<unknown>;
  copy(input: unknown): Promise<unknown>;
  /** Asks any provider for an export. */
  startExport(input: unknown): Promise<unknown>;
  readonly bus: EventBus;
}

/** How the engine runs. */
export interface EngineOptions {
  readonly definition: StateMachineDefinition;
  readonly tasks: TaskHandlers;
  readonly clock: Clock;
  /**
   * Wait states and the pauses between attempts sleep on the clock that is passed, not on real
   * time: for tests.
   */
  readonly virtualTime?: boolean;
  /** Told of every state that an execution enters. */
  readonly onState?: (entered: { readonly execution: string; readonly state: string }) => void;
}

/** How an execution ended. */
export type ExecutionEnd =
  | { readonly status: 'succeeded' }
  | { readonly status: 'failed'; readonly error: string; readonly cause: string }
  | { readonly status: 'aborted' };

/** An execution under way. */
export interface RunningExecution {
  readonly arn: string;
  readonly end: Promise<ExecutionEnd>;
  /**
   * What the last function was given, as much of the state data as anybody can see here; and
   * whether it had answered.
   */
  lastState(): LastState;
  abort(): void;
}

/**
 * ARN of an embedded execution: the shape of a real one, in a region and an account that do not
 * exist.
 */
export const executionArn = (name: string): string =>
  `arn:aws:states:local:000000000000:execution:generation-archiver:${name}`;

const putEventsResource = 'arn:aws:states:::events:putEvents';

const putEventsSchema = z.object({
  Entries: z.array(z.object({ DetailType: z.enum(resultDetailTypes), Detail: z.looseObject({}) })),
});

/** What a start is given; no other task has `start` in its input. */
const startedSchema = z.looseObject({ start: z.looseObject({}) });

const waitSchema = z.object({ Seconds: z.number().optional(), SecondsPath: z.string().optional() });

/**
 * Seconds that a Wait state takes, of which the task after it is told; a path leads to the same
 * place in both.
 */
const secondsOf = (wait: unknown, taskInput: unknown): number => {
  const { Seconds: seconds, SecondsPath: path = '' } = waitSchema.parse(wait);
  const found = path
    .split('.')
    .slice(1)
    .reduce<unknown>((value, key) => Reflect.get(Object(value), key), taskInput);
  return seconds ?? z.number().parse(found);
};

/**
 * What crosses the border of a function is JSON: `undefined` is gone, and nobody shares an object.
 */
const acrossBorder = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

const announce = async (bus: EventBus, input: unknown): Promise<JsonValue> => {
  const { Entries: entries } = putEventsSchema.parse(input);
  for (const { DetailType, Detail } of entries) await bus.put(DetailType, Detail);
  return { FailedEntryCount: 0, Entries: entries.map(() => ({})) };
};

/**
 * Which handler a task's state belongs to: events by the resource, functions by the state's name,
 * as a person reads it.
 */
const handlersOf = (
  { States: states }: StateMachineDefinition,
  tasks: TaskHandlers,
): Record<string, (input: unknown) => Promise<unknown>> => {
  const named = Object.entries(states).filter(([, { Type: type }]) => type === 'Task');
  return Object.fromEntries(
    named.map(([name, { Resource: resource }]) => {
      if (resource === putEventsResource)
        return [name, (input: unknown) => announce(tasks.bus, input)];
      if (name.startsWith('Check ')) return [name, (input: unknown) => tasks.check(input)];
      if (name.startsWith('Start ')) return [name, (input: unknown) => tasks.start(input)];
      if (name.startsWith('Export ')) return [name, (input: unknown) => tasks.startExport(input)];
      if (name === 'Copy exports') return [name, (input: unknown) => tasks.copy(input)];
      throw new Error(`the embedded engine has no handler for the task "${name}"`);
    }),
  );
};

const endOf = (error: unknown): ExecutionEnd => {
  if (!(error instanceof Error))
    throw new Error('the engine threw what is no error', { cause: error });
  if (error.name === 'ExecutionAbortedError') return { status: 'aborted' };
  const cause =
    error instanceof ExecutionError && error.cause instanceof Error ? error.cause : error;
  return { status: 'failed', error: cause.name, cause: cause.message };
};

/**
 * Runs the synthesised definition in this process. Every execution has a view of the definition of
 * its own, which tells when a state is entered: so the context object's `State` is as Step
 * Functions would have it.
 */
export const createEngine = ({
  definition,
  tasks,
  clock,
  virtualTime = false,
  onState,
}: EngineOptions) => {
  supplyWithResolvers();
  // Checked once, not at each run.
  void new StateMachine(definition as EngineDefinition);
  const handlers = handlersOf(definition, tasks);
  const namesOf = (type: string): string[] =>
    Object.entries(definition.States).flatMap(([name, state]) =>
      state.Type === type ? [name] : [],
    );
  const overrides = {
    waitTimeOverrides: Object.fromEntries(namesOf('Wait').map((name) => [name, 0])),
    retryIntervalOverrides: Object.fromEntries(namesOf('Task').map((name) => [name, 0])),
  };

  const run = (
    name: string,
    input: JsonValue | ExecutionInput | RequestInput,
  ): RunningExecution => {
    const arn = executionArn(name);
    const stop = new AbortController();
    const state = { Name: '', EnteredTime: '' };
    let wait: unknown;
    let seen: unknown = input;
    let inTask = false;

    const enter = (stateName: string): void => {
      if (stop.signal.aborted) return;
      state.Name = stateName;
      state.EnteredTime = new Date(clock.now()).toISOString();
      if (definition.States[stateName]?.Type === 'Wait') wait = definition.States[stateName];
      onState?.({ execution: arn, state: stateName });
    };
    const states = new Proxy(definition.States, {
      get(target, property, receiver) {
        if (typeof property === 'string' && Object.hasOwn(target, property)) enter(property);
        return Reflect.get(target, property, receiver) as unknown;
      },
    });

    const handle = async (
      handler: (input: unknown) => Promise<unknown>,
      taskInput: unknown,
    ): Promise<JsonValue> => {
      const waited = wait;
      wait = undefined;
      if (virtualTime && waited !== undefined)
        await clock.sleep(secondsOf(waited, taskInput) * 1000);
      // Stopped while it waited.
      if (stop.signal.aborted) return {};
      // What is announced is no state data, and tells of nothing that the function before it did
      // not tell.
      const isFunction = !putEventsSchema.safeParse(taskInput).success;
      if (isFunction) [seen, inTask] = [taskInput, true];
      const output = acrossBorder(await handler(acrossBorder(taskInput))) as JsonValue;
      // Nobody notes an answer that comes after the end.
      if (!isFunction || stop.signal.aborted) return output;
      // Only a start learns what nobody could know before it.
      const started = startedSchema.safeParse(taskInput).data;
      [seen, inTask] = [started === undefined ? taskInput : { ...started, start: output }, false];
      return output;
    };
    // An aborted execution leaves its task at once, with an answer that nobody reads: an error
    // would be retried and caught.
    const aborted = new Promise<JsonValue>((resolve) => {
      stop.signal.addEventListener('abort', () => resolve({}), { once: true });
    });
    const localHandlers = Object.fromEntries(
      Object.entries(handlers).map(([task, handler]) => [
        task,
        (taskInput: unknown) =>
          stop.signal.aborted
            ? Promise.resolve({})
            : Promise.race([handle(handler, taskInput), aborted]),
      ]),
    );

    const machine = new StateMachine({ ...definition, States: states } as EngineDefinition, {
      validationOptions: { noValidate: true },
    });
    const { result, abort } = machine.run(acrossBorder(input) as JsonValue, {
      overrides: { taskResourceLocalHandlers: localHandlers, ...(virtualTime ? overrides : {}) },
      context: { Execution: { Id: arn, Name: name }, State: state },
    });
    return {
      arn,
      lastState: () => ({ data: JSON.stringify(seen), inTask }),
      end: result.then((): ExecutionEnd => ({ status: 'succeeded' }), endOf),
      abort: () => {
        stop.abort();
        abort();
      },
    };
  };

  return { run };
};
