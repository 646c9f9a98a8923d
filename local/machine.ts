import { ExecutionError, StateMachine } from 'aws-local-stepfunctions';
import type { StateMachineDefinition as EngineDefinition } from 'aws-local-stepfunctions';
import * as z from 'zod';
import type { JsonValue } from '../lambdas/contract/json.ts';
import type { Clock } from '../lambdas/contract/ports.ts';
import type { StateMachineDefinition } from '../lib/workflow/definition.ts';
import { acrossBorder } from './read-json.ts';
import { supplyWithResolvers } from './supply-with-resolvers.ts';

/** How an execution ended. */
export type ExecutionEnd =
  | { readonly status: 'succeeded' }
  | { readonly status: 'failed'; readonly error: string; readonly cause: string }
  | { readonly status: 'aborted' };

/** Does a task. The signal tells that its execution was stopped. */
export type TaskHandler = (input: unknown, stopped: AbortSignal) => Promise<unknown>;

/** The clock of a machine: a sleep may end as soon as its execution was stopped. */
export interface MachineClock extends Clock {
  sleep(milliseconds: number, stopped?: AbortSignal): Promise<void>;
}

/** One state machine on the embedded engine. */
export interface MachineOptions {
  readonly definition: StateMachineDefinition;
  readonly clock: MachineClock;
  /**
   * Wait states and the pauses between attempts sleep on the clock that is passed, not on real
   * time: for tests.
   */
  readonly virtualTime: boolean;
}

/** What one execution is made of. */
export interface ExecutionOptions {
  readonly arn: string;
  readonly name: string;
  readonly input: JsonValue;
  /** By the state's name. */
  readonly handlers: Readonly<Record<string, TaskHandler>>;
  /** Told of every state that is entered. */
  readonly onState: (state: string) => void;
  /** Of the execution's tasks that wait for an answer. */
  readonly taskToken?: () => string;
  /**
   * The execution ends when it has lived as long as the definition says, as an Express execution
   * does.
   */
  readonly isLimited?: boolean;
}

/** An execution under way. */
export interface MachineExecution {
  readonly end: Promise<ExecutionEnd>;
  abort(): void;
}

const waitSchema = z.object({ Seconds: z.number().optional(), SecondsPath: z.string().optional() });

/** What another state machine is called with. */
const callSchema = z.object({ Input: z.looseObject({}) });

/**
 * Seconds that a Wait state takes, of which the task after it is told; a path leads to the same
 * place in both.
 */
const secondsOf = (wait: unknown, taskInput: unknown): number => {
  const { Seconds: seconds, SecondsPath: path = '' } = waitSchema.parse(wait);
  const data = callSchema.safeParse(taskInput).data?.Input ?? taskInput;
  const found = path
    .split('.')
    .slice(1)
    .reduce<unknown>((value, key) => Reflect.get(Object(value), key), data);
  return seconds ?? z.number().parse(found);
};

const endOf = (error: unknown): ExecutionEnd => {
  if (!(error instanceof Error))
    throw new Error('the engine threw what is no error', { cause: error });
  if (error.name === 'ExecutionAbortedError') return { status: 'aborted' };
  const cause =
    error instanceof ExecutionError && error.cause instanceof Error ? error.cause : error;
  return { status: 'failed', error: cause.name, cause: cause.message };
};

/** Definitions that were found to be valid: looking takes a quarter of a second. */
const valid = new WeakSet<StateMachineDefinition>();

/** @throws where Step Functions would refuse it */
const checkOnce = (definition: StateMachineDefinition): void => {
  if (valid.has(definition)) return;
  void new StateMachine(definition as EngineDefinition);
  valid.add(definition);
};

/**
 * Runs a synthesised definition in this process. Every execution has a view of the definition of
 * its own, which tells when a state is entered: so the context object's `State` is as Step
 * Functions would have it.
 */
export const createMachine = ({ definition, clock, virtualTime }: MachineOptions) => {
  supplyWithResolvers();
  checkOnce(definition);
  const namesOf = (type: string): string[] =>
    Object.entries(definition.States).flatMap(([name, state]) =>
      state.Type === type ? [name] : [],
    );
  const overrides = {
    waitTimeOverrides: Object.fromEntries(namesOf('Wait').map((name) => [name, 0])),
    retryIntervalOverrides: Object.fromEntries(namesOf('Task').map((name) => [name, 0])),
  };

  return ({
    arn,
    name,
    input,
    handlers,
    onState,
    taskToken = () => '',
    isLimited = false,
  }: ExecutionOptions): MachineExecution => {
    const stop = new AbortController();
    const state = { Name: '', EnteredTime: '' };
    const endsAt = isLimited ? clock.now() + definition.TimeoutSeconds * 1000 : Infinity;
    let wait: unknown;

    const enter = (stateName: string): void => {
      if (stop.signal.aborted) return;
      state.Name = stateName;
      state.EnteredTime = new Date(clock.now()).toISOString();
      if (definition.States[stateName]?.Type === 'Wait') wait = definition.States[stateName];
      onState(stateName);
    };
    const states = new Proxy(definition.States, {
      get(target, property, receiver) {
        if (typeof property === 'string' && Object.hasOwn(target, property)) enter(property);
        return Reflect.get(target, property, receiver) as unknown;
      },
    });

    const passVirtualWait = async (taskInput: unknown): Promise<void> => {
      const waited = wait;
      wait = undefined;
      if (!virtualTime || waited === undefined) return;
      const until = clock.now() + secondsOf(waited, taskInput) * 1000;
      await clock.sleep(Math.max(0, Math.min(until, endsAt) - clock.now()), stop.signal);
      if (until > endsAt) abort();
    };
    const handle = async (handler: TaskHandler, taskInput: unknown): Promise<JsonValue> => {
      await passVirtualWait(taskInput);
      // Stopped while it waited.
      if (stop.signal.aborted) return {};
      return acrossBorder(await handler(acrossBorder(taskInput), stop.signal)) as JsonValue;
    };
    // An aborted execution leaves its task at once, with an answer that is not read: an error
    // would be retried and caught.
    const aborted = new Promise<JsonValue>((resolve) => {
      stop.signal.addEventListener('abort', () => resolve({}), { once: true });
    });
    const taskResourceLocalHandlers = Object.fromEntries(
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
    const Task = Object.defineProperty({}, 'Token', { get: taskToken, enumerable: true });
    const running = machine.run(acrossBorder(input), {
      overrides: { taskResourceLocalHandlers, ...(virtualTime ? overrides : {}) },
      context: { Execution: { Id: arn, Name: name }, State: state, Task },
    });
    function abort(): void {
      stop.abort();
      running.abort();
    }
    return {
      end: running.result.then((): ExecutionEnd => ({ status: 'succeeded' }), endOf),
      abort,
    };
  };
};
