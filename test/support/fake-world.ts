import type { JsonValue } from '../../lambdas/contract/json.ts';
import type {
  EventBus,
  ExecutionFound,
  Executions,
  Log,
  Measure,
  Measured,
} from '../../lambdas/contract/ports.ts';
import type { RequestInput } from '../../lambdas/contract/start-state.ts';
import type { ExecutionInput } from '../../lambdas/contract/state.ts';

/** An event bus that keeps what it is given. */
export const keptEvents = () => {
  const events: { detailType: string; detail: unknown }[] = [];
  const bus: EventBus = {
    put: async (detailType, detail) => {
      events.push({ detailType, detail });
    },
  };
  return { bus, events };
};

/**
 * Executions as Step Functions keeps them: a name is used once; the same input under a running name
 * is no error.
 */
export const fakeExecutions = () => {
  const all = new Map<string, ExecutionFound>();
  const executions: Executions = {
    start: async (name: string, input: ExecutionInput | RequestInput) => {
      const known = all.get(name);
      const text = JSON.stringify(input);
      if (known === undefined) {
        all.set(name, { running: true, input: text });
        return 'started';
      }
      return known.running && known.input === text ? 'started' : 'exists';
    },
    describe: async (name) => all.get(name),
    lastState: async (name) => {
      const data = all.get(name)?.input;
      return data === undefined ? undefined : { data, inTask: false };
    },
    stop: async (name, why) => {
      const found = all.get(name);
      if (found?.running !== true) throw new Error(`ValidationException: ${name} is not running`);
      all.set(name, { ...found, running: false, ...why });
    },
  };
  const end = (name: string): void => {
    const found = all.get(name);
    if (found === undefined) throw new Error(`no execution ${name}`);
    all.set(name, { ...found, running: false });
  };
  return {
    executions,
    end,
    names: () => [...all.keys()],
    forget: (name: string) => all.delete(name),
    inputOf: (name: string) => all.get(name)?.input,
  };
};

/** Measurements that are kept, each with what it was measured by. */
export const keptMeasurements = () => {
  const measurements: (Measured & Parameters<Measure>[1])[] = [];
  const measure: Measure = (values, by) => {
    measurements.push({ ...by, ...values });
  };
  return { measure, measurements };
};

/** A log that keeps its lines. */
export const keptLog = () => {
  const lines: { level: string; message: string; fields: Readonly<Record<string, JsonValue>> }[] =
    [];
  const log: Log = (level, message, fields) => {
    lines.push({ level, message, fields });
  };
  return { log, lines };
};
