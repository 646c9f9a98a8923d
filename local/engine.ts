import * as z from 'zod';
import type { JsonValue } from '../lambdas/contract/json.ts';
import type { LastState } from '../lambdas/contract/ports.ts';
import type { RequestInput } from '../lambdas/contract/start-state.ts';
import type { ExecutionInput } from '../lambdas/contract/state.ts';
import type { Definitions } from '../lib/workflow/definition.ts';
import {
  createMachine,
  type ExecutionEnd,
  type MachineClock,
  type TaskHandler,
} from './machine.ts';
import {
  allGoesWell,
  handlerOf,
  handlersOf,
  type MachineCalls,
  type TaskHandlers,
} from './task-handlers.ts';
import { createTaskTokens, type TaskAnswer } from './task-tokens.ts';

export type { ExecutionEnd } from './machine.ts';
export type { MachineCalls, TaskHandlers } from './task-handlers.ts';

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

/** What a start is given; no other task has `start` in its input. */
const startedSchema = z.looseObject({ start: z.looseObject({}) });

const callSchema = z.object({ Input: z.looseObject({ taskToken: z.string() }) });

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

  const doneBy = handlerOf({ tasks, tokens, calls });
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
