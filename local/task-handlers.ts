import * as z from 'zod';
import type { JsonValue } from '../lambdas/contract/json.ts';
import type { EventBus } from '../lambdas/contract/ports.ts';
import { resultDetailTypes } from '../lambdas/contract/results.ts';
import type { StateMachineDefinition } from '../lib/workflow/definition.ts';
import type { TaskHandler } from './machine.ts';
import type { TaskAnswer, TaskTokens } from './task-tokens.ts';

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

const putEventsSchema = z.object({
  Entries: z.array(z.object({ DetailType: z.enum(resultDetailTypes), Detail: z.looseObject({}) })),
});

const answerSchema = z.object({
  TaskToken: z.string(),
  Output: z.json().optional(),
  Error: z.string().optional(),
  Cause: z.string().optional(),
});

const beatSchema = z.object({ TaskToken: z.string() });

/** Nothing goes wrong between the two machines. */
export const allGoesWell: MachineCalls = {
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
export type HandlerOf = (name: string, resource: string, state: object) => TaskHandler;

/** The handlers of a machine's tasks, by the names of their states. */
export const handlersOf = (
  { States: states }: StateMachineDefinition,
  doneBy: HandlerOf,
): Record<string, TaskHandler> =>
  Object.fromEntries(
    Object.entries(states)
      .filter(([, { Type: type }]) => type === 'Task')
      .map(([name, state]) => [name, doneBy(name, state.Resource ?? '', state)]),
  );

/** What the tasks of both machines are done with. */
export interface DoneWith {
  readonly tasks: TaskHandlers;
  readonly tokens: TaskTokens;
  readonly calls: MachineCalls;
}

/** How a task is done: by the service that its resource names, or by the function behind it. */
export const handlerOf =
  ({ tasks, tokens, calls }: DoneWith): HandlerOf =>
  (name, resource) => {
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
