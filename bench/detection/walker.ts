import type { JsonObject, JsonValue } from '../../lambdas/contract/json.ts';
import type { Clock, Random } from '../../lambdas/contract/ports.ts';
import type {
  Definitions,
  StateDefinition,
  StateMachineDefinition,
} from '../../lib/workflow/definition.ts';
import { tryTask } from './task-errors.ts';

/** What the walker needs of the world. */
export interface WalkerOptions {
  readonly definition: StateMachineDefinition;
  /** Does a task: `input` is what its `Parameters` make of the state data. */
  readonly task: (name: string, input: JsonValue) => Promise<JsonValue>;
  readonly clock: Clock;
  /** For the jitter of retries; absent: the longest pauses. */
  readonly random?: Random;
}

/** One execution, walked to its end. */
export interface Walk {
  /** Every state that was entered, in order: each is a state transition that AWS charges. */
  readonly states: readonly string[];
  readonly status: 'succeeded' | 'failed';
  readonly error?: string;
}

const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const asText = (value: JsonValue | undefined): string =>
  typeof value === 'string' ? value : (JSON.stringify(value) ?? '');

const keysOf = (path: string): string[] => path.split('.').slice(1);

const lookUp = (path: string, data: JsonValue, context: JsonValue): JsonValue | undefined => {
  if (!/^\${1,2}(\.[A-Za-z_]\w*)*$/.test(path))
    throw new Error(`the walker does not know the path "${path}"`);
  return keysOf(path).reduce<JsonValue | undefined>(
    (value, key) => (isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined),
    path.startsWith('$$') ? context : data,
  );
};

const valueAt = (path: string, data: JsonValue, context: JsonValue): JsonValue => {
  const value = lookUp(path, data, context);
  if (value === undefined) throw new Error(`nothing is at ${path}`);
  return value;
};

/** The one intrinsic function that the machines use: a sum of a path and a number. */
const sumOf = (text: string, data: JsonValue, context: JsonValue): JsonValue | undefined => {
  const [, path, addend] = /^States\.MathAdd\((\$[\w.]*), (-?\d+)\)$/.exec(text) ?? [];
  return path === undefined ? undefined : Number(valueAt(path, data, context)) + Number(addend);
};

/** `Parameters`: keys that end in `.$` hold paths. */
const filled = (template: JsonValue, data: JsonValue, context: JsonValue): JsonValue => {
  if (Array.isArray(template)) return template.map((item) => filled(item, data, context));
  if (!isObject(template)) return template;
  return Object.fromEntries(
    Object.entries(template).map(([key, value]) =>
      key.endsWith('.$') && typeof value === 'string'
        ? [key.slice(0, -2), sumOf(value, data, context) ?? valueAt(value, data, context)]
        : [key, filled(value, data, context)],
    ),
  );
};

const withValueAt = (
  [key, ...deeper]: readonly string[],
  data: JsonValue,
  value: JsonValue,
): JsonValue => {
  if (key === undefined) return value;
  if (!isObject(data)) throw new Error(`nothing can be put at "${key}"`);
  return { ...data, [key]: withValueAt(deeper, data[key] ?? {}, value) };
};

/**
 * `ResultPath`: `null` drops the result, absent replaces the data, a path puts the result there.
 */
const withResult = (path: JsonValue | undefined, data: JsonValue, result: JsonValue): JsonValue =>
  path === null ? data : withValueAt(keysOf(asText(path ?? '$')), data, result);

const holds = (rule: JsonObject, data: JsonValue): boolean => {
  const { And: all, Or: any, Not: not, Variable: variable } = rule;
  if (Array.isArray(all)) return all.filter(isObject).every((part) => holds(part, data));
  if (Array.isArray(any)) return any.filter(isObject).some((part) => holds(part, data));
  if (isObject(not)) return !holds(not, data);
  const value = lookUp(asText(variable), data, null);
  if ('StringEquals' in rule) return value === rule['StringEquals'];
  if ('BooleanEquals' in rule) return value === rule['BooleanEquals'];
  if ('NumericGreaterThan' in rule)
    return typeof value === 'number' && value > Number(rule['NumericGreaterThan']);
  if ('IsPresent' in rule) return (value !== undefined) === rule['IsPresent'];
  throw new Error(`the walker does not know the rule ${JSON.stringify(rule)}`);
};

const waitSeconds = (
  { Seconds: seconds, SecondsPath: path }: StateDefinition,
  data: JsonValue,
  context: JsonValue,
): number => {
  const value = typeof path === 'string' ? valueAt(path, data, context) : seconds;
  if (typeof value !== 'number') throw new Error('the walker knows Wait states with seconds only');
  return value;
};

const errorText = (
  fixed: JsonValue | undefined,
  path: JsonValue | undefined,
  data: JsonValue,
): string => asText(typeof path === 'string' ? valueAt(path, data, null) : fixed);

/**
 * Walks a definition as Step Functions would, and counts what it charges: the states entered. It
 * knows what these machines use of the language, and refuses the rest. A task fails by throwing a
 * `TaskFailure`.
 */
export const walk = async (
  input: JsonValue,
  execution: string,
  { definition, task, clock, random = () => 1 }: WalkerOptions,
): Promise<Walk> => {
  const states: string[] = [];
  let data = input;
  for (let name: string | undefined = definition.StartAt; name !== undefined;) {
    const state: StateDefinition | undefined = definition.States[name];
    if (state === undefined) throw new Error(`the definition has no state "${name}"`);
    states.push(name);
    const context: JsonValue = {
      Execution: { Id: execution },
      State: { EnteredTime: new Date(clock.now()).toISOString() },
      Task: { Token: execution },
    };
    switch (state.Type) {
      case 'Choice': {
        const current: JsonValue = data;
        name = state.Choices?.find((rule) => holds(rule, current))?.Next ?? state.Default;
        if (name === undefined) throw new Error(`no rule of "${states.at(-1)}" holds`);
        continue;
      }
      case 'Wait':
        await clock.sleep(waitSeconds(state, data, context) * 1000);
        break;
      case 'Task': {
        const taskName: string = name;
        const taskInput = filled(state['Parameters'] ?? data, data, context);
        const end = await tryTask({ state, run: () => task(taskName, taskInput), clock, random });
        if ('rule' in end) {
          data = withResult(end.rule['ResultPath'], data, end.error);
          name = end.rule.Next;
          continue;
        }
        data = withResult(state['ResultPath'], data, end.result);
        if (typeof state['OutputPath'] === 'string')
          data = valueAt(state['OutputPath'], data, context);
        break;
      }
      case 'Pass':
        data = withResult(
          state['ResultPath'],
          data,
          state['Result'] ?? filled(state['Parameters'] ?? data, data, context),
        );
        break;
      case 'Fail':
        return {
          states,
          status: 'failed',
          error: errorText(state['Error'], state['ErrorPath'], data),
        };
      case 'Succeed':
        return { states, status: 'succeeded' };
    }
    name = state.Next;
  }
  return { states, status: 'succeeded' };
};

/** One execution of the checks machine, walked to its end. */
export interface ChecksWalk extends Walk {
  /** Seconds from its beginning to its end: what an Express execution is charged by. */
  readonly seconds: number;
}

/** A generation, walked through both machines. */
export interface GenerationWalk extends Walk {
  /** The executions of the checks machine that it called, in order. */
  readonly rounds: readonly ChecksWalk[];
}

/** What the walker of both machines needs of the world. */
export interface GenerationWalkerOptions extends Omit<WalkerOptions, 'definition'> {
  readonly definitions: Definitions;
}

const followResource = ':states:startExecution.waitForTaskToken';

const reportResource = ':aws-sdk:sfn:sendTaskSuccess';

const heartbeatResource = ':aws-sdk:sfn:sendTaskHeartbeat';

const resourceOf = ({ States: states }: StateMachineDefinition, name: string): string =>
  states[name]?.Resource ?? '';

/**
 * Walks the generation machine, and the checks machine each time it calls it. All goes well between
 * the two: what is reported arrives, once and at once.
 */
export const walkGeneration = async (
  input: JsonValue,
  execution: string,
  { definitions, task, clock, random = () => 1 }: GenerationWalkerOptions,
): Promise<GenerationWalk> => {
  const { generation, checks } = definitions;
  const rounds: ChecksWalk[] = [];

  const round = async (call: JsonValue): Promise<JsonValue> => {
    const began = clock.now();
    let told: JsonValue | undefined;
    const walked = await walk(isObject(call) ? (call['Input'] ?? {}) : {}, execution, {
      definition: checks,
      clock,
      random,
      task: async (name, taskInput) => {
        const resource = resourceOf(checks, name);
        if (resource.endsWith(heartbeatResource)) return {};
        if (!resource.endsWith(reportResource)) return task(name, taskInput);
        told = isObject(taskInput) ? taskInput['Output'] : undefined;
        return {};
      },
    });
    rounds.push({ ...walked, seconds: (clock.now() - began) / 1000 });
    if (told === undefined) throw new Error(`a round of checks of ${execution} told nothing`);
    return told;
  };

  const walked = await walk(input, execution, {
    definition: generation,
    clock,
    random,
    task: async (name, taskInput) =>
      resourceOf(generation, name).endsWith(followResource)
        ? round(taskInput)
        : task(name, taskInput),
  });
  return { ...walked, rounds };
};
