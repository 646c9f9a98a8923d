import { z } from 'zod';
import type { JsonValue } from '../lambdas/contract/json.ts';
import type { EventBus, LastState } from '../lambdas/contract/ports.ts';
import { resultDetailTypes } from '../lambdas/contract/results.ts';
import type { RequestInput } from '../lambdas/contract/start-state.ts';
import type { ExecutionInput } from '../lambdas/contract/state.ts';
import type { Definitions, StateMachineDefinition } from '../lib/workflow/definition.ts';
import {
  createMachine,
  type ExecutionEnd,
  type MachineClock,
  type TaskHandler,
} from './machine.ts';
import { createTaskTokens, type TaskAnswer } from './task-tokens.ts';

export type { ExecutionEnd } from './machine.ts';

/** What stands behind the machines' tasks. */
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

/** What Step Functions does between the two machines; where absent, all goes well. */
export interface MachineCalls {
  /**
   * An execution of the checks machine is called for.
   *
   * @param run runs one, until it ends
   * @throws where it cannot be started
   */
  start(run: () => Promise<void>): Promise<void>;
  /**
   * The checks machine answers.
   *
   * @param send has the answer arrive
   * @throws where it does not
   */
  answer(send: () => void): Promise<void>;
  /**
   * The checks machine asks whether the generation machine still waits.
   *
   * @throws where it does not, or is not told
   */
  beat?(ask: () => void): Promise<void>;
}

/** How the engine runs. */
export interface EngineOptions {
  /** Without a checks machine: a definition that has all states in one machine, as up to 0.1. */
  readonly definitions: Pick<Definitions, 'generation'> & Partial<Definitions>;
  readonly tasks: TaskHandlers;
  readonly clock: MachineClock;
  /** See `MachineOptions`. */
  readonly virtualTime?: boolean;
  /** Told of every state that an execution enters, in either machine. */
  readonly onState?: (entered: { readonly execution: string; readonly state: string }) => void;
  readonly calls?: MachineCalls;
}

/** An execution of the generation machine under way. */
export interface RunningExecution {
  readonly arn: string;
  readonly end: Promise<ExecutionEnd>;
  /**
   * What the last function was given, as much of the state data as can be seen here; and
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

const putEventsSchema = z.object({
  Entries: z.array(z.object({ DetailType: z.enum(resultDetailTypes), Detail: z.looseObject({}) })),
});

/** What a start is given; no other task has `start` in its input. */
const startedSchema = z.looseObject({ start: z.looseObject({}) });

const callSchema = z.object({ Input: z.looseObject({ taskToken: z.string() }) });

const answerSchema = z.object({
  TaskToken: z.string(),
  Output: z.json().optional(),
  Error: z.string().optional(),
  Cause: z.string().optional(),
});

const beatSchema = z.object({ TaskToken: z.string() });

const allGoesWell: MachineCalls = {
  start: async (run) => run(),
  answer: async (send) => send(),
};

const announce = async (bus: EventBus, input: unknown): Promise<JsonValue> => {
  const { Entries: entries } = putEventsSchema.parse(input);
  for (const { DetailType, Detail } of entries) await bus.put(DetailType, Detail);
  return { FailedEntryCount: 0, Entries: entries.map(() => ({})) };
};

/** Which function stands behind a task: by the state's name, as a person reads it. */
const functionOf = (name: string, tasks: TaskHandlers): TaskHandler => {
  if (name.startsWith('Check ')) return (input) => tasks.check(input);
  if (name.startsWith('Start ')) return (input) => tasks.start(input);
  if (name.startsWith('Export ')) return (input) => tasks.startExport(input);
  if (name === 'Copy exports') return (input) => tasks.copy(input);
  throw new Error(`the embedded engine has no handler for the task "${name}"`);
};

const answerOf = (input: unknown): { token: string; answer: TaskAnswer } => {
  const answer = answerSchema.parse(input);
  const { TaskToken: token, Output: output, Error: error = '', Cause: cause = '' } = answer;
  return {
    token,
    answer: output === undefined ? { kind: 'failure', error, cause } : { kind: 'success', output },
  };
};

/** How a task is done, by what its definition says of it. */
type HandlerOf = (name: string, resource: string, state: object) => TaskHandler;

const handlersOf = (
  { States: states }: StateMachineDefinition,
  handlerOf: HandlerOf,
): Record<string, TaskHandler> =>
  Object.fromEntries(
    Object.entries(states)
      .filter(([, { Type: type }]) => type === 'Task')
      .map(([name, state]) => [name, handlerOf(name, state.Resource ?? '', state)]),
  );

const timeoutSchema = z.object({ TimeoutSeconds: z.number() });

/**
 * Runs the synthesised definitions in this process: the generation machine, and the checks machine
 * where it calls it.
 */
export const createEngine = ({
  definitions,
  tasks,
  clock,
  virtualTime = false,
  onState,
  calls = allGoesWell,
}: EngineOptions) => {
  const generationMachine = createMachine({
    definition: definitions.generation,
    clock,
    virtualTime,
  });
  const checksMachine =
    definitions.checks === undefined
      ? undefined
      : createMachine({ definition: definitions.checks, clock, virtualTime });
  const tokens = createTaskTokens(() => clock.now());
  const underWay = new Set<Promise<unknown>>();
  let called = 0;

  const doneBy: HandlerOf = (name, resource) => {
    if (resource.endsWith(':events:putEvents')) return (input) => announce(tasks.bus, input);
    if (/:aws-sdk:sfn:sendTask(Success|Failure)$/.test(resource))
      return async (input) => {
        const { token, answer } = answerOf(input);
        await calls.answer(() => tokens.answer(token, answer));
        return {};
      };
    if (resource.endsWith(':aws-sdk:sfn:sendTaskHeartbeat'))
      return async (input) => {
        const { TaskToken: token } = beatSchema.parse(input);
        const ask = (): void => tokens.beat(token);
        await (calls.beat === undefined ? ask() : calls.beat(ask));
        return {};
      };
    return functionOf(name, tasks);
  };
  const checkHandlers =
    definitions.checks === undefined ? {} : handlersOf(definitions.checks, doneBy);

  /** One execution of the checks machine, until it ends. */
  const runChecks = async (arn: string, input: JsonValue, stopped: AbortSignal): Promise<void> => {
    if (checksMachine === undefined) throw new Error('there is no checks machine');
    called += 1;
    const child = checksMachine({
      arn: `${arn}/checks-${called}`,
      name: `checks-${called}`,
      input,
      handlers: checkHandlers,
      onState: (state) => onState?.({ execution: arn, state }),
      isLimited: true,
    });
    // As on AWS it outlives the execution that called it; but a process of its own must end.
    const abort = (): void => (virtualTime ? undefined : child.abort());
    stopped.addEventListener('abort', abort, { once: true });
    underWay.add(child.end);
    await child.end;
    underWay.delete(child.end);
    stopped.removeEventListener('abort', abort);
  };

  /** Calls the checks machine and waits for its answer, for as long as the task may take. */
  const follow = async (
    arn: string,
    timeoutSeconds: number,
    taskInput: unknown,
    stopped: AbortSignal,
  ): Promise<unknown> => {
    const { Input: input } = callSchema.parse(taskInput);
    const { taskToken } = input;
    const timesOutAt = clock.now() + timeoutSeconds * 1000;
    const answered = tokens.open(taskToken, timesOutAt);
    const close = (): void => tokens.close(taskToken);
    stopped.addEventListener('abort', close, { once: true });
    const unanswered = calls
      .start(() => runChecks(arn, input as JsonValue, stopped))
      .then(async (): Promise<TaskAnswer> => {
        if (tokens.isOpen(taskToken))
          await clock.sleep(Math.max(0, timesOutAt - clock.now()), stopped);
        tokens.close(taskToken);
        return { kind: 'failure', error: 'States.Timeout' };
      });
    const answer = await Promise.race([answered, unanswered]).finally(() => {
      stopped.removeEventListener('abort', close);
    });
    if (answer.kind === 'success') return answer.output;
    throw Object.assign(new Error(answer.cause), { name: answer.error });
  };

  const run = (
    name: string,
    input: JsonValue | ExecutionInput | RequestInput,
  ): RunningExecution => {
    const arn = executionArn(name);
    let attempts = 0;
    let seen: unknown = input;
    let inTask = false;

    /** A function's answer tells how far the execution got; a start's, the id that was not known before. */
    const noting =
      (handler: TaskHandler): TaskHandler =>
      async (taskInput, stopped) => {
        [seen, inTask] = [taskInput, true];
        const output = await handler(taskInput, stopped);
        // An answer that comes after the end is not noted.
        if (stopped.aborted) return output;
        const started = startedSchema.safeParse(taskInput).data;
        seen = started === undefined ? taskInput : { ...started, start: output };
        inTask = false;
        return output;
      };
    const handlers = handlersOf(definitions.generation, (task, resource, state) => {
      if (resource.endsWith(':states:startExecution.waitForTaskToken')) {
        const { TimeoutSeconds: timeoutSeconds } = timeoutSchema.parse(state);
        return (taskInput, stopped) => follow(arn, timeoutSeconds, taskInput, stopped);
      }
      const handler = doneBy(task, resource, state);
      // What is announced is no state data, and tells of nothing that the function before it did
      // not tell.
      return resource.endsWith(':events:putEvents') ? handler : noting(handler);
    });
    const execution = generationMachine({
      arn,
      name,
      input: input as JsonValue,
      handlers,
      onState: (state) => onState?.({ execution: arn, state }),
      taskToken: () => {
        attempts += 1;
        return `${arn}#${attempts}`;
      },
    });
    return {
      arn,
      end: execution.end,
      lastState: () => ({ data: JSON.stringify(seen), inTask }),
      abort: () => execution.abort(),
    };
  };

  return {
    /** Starts an execution of the generation machine. */
    run,
    /** Settles when no execution of the checks machine runs any more. */
    idle: async (): Promise<void> => {
      while (underWay.size > 0) await Promise.allSettled(underWay);
    },
  };
};
