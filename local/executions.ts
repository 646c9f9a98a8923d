import type { Executions } from '../lambdas/contract/ports.ts';
import type { RequestInput } from '../lambdas/contract/start-state.ts';
import type { ExecutionInput } from '../lambdas/contract/state.ts';
import type { ExecutionEnd, RunningExecution } from './engine.ts';

/** The executions of the embedded engine. */
export interface LocalExecutions extends Executions {
  /** How every execution that was started ended, by ARN; settles when none runs any more. */
  ends(): Promise<ReadonlyMap<string, ExecutionEnd>>;
  /** Ends all that run. */
  abort(): void;
}

interface Entry {
  readonly input: string;
  readonly execution: RunningExecution;
  end?: ExecutionEnd;
  /** Why it was stopped. */
  why?: { readonly error: string; readonly cause: string };
}

const noteEnd = async (entry: Entry): Promise<void> => {
  entry.end = await entry.execution.end;
};

/**
 * Keeps the executions of one process, under names that are used once.
 *
 * @param run starts one on the engine
 * @param stopped told of each execution that was stopped, once it has ended: what Step Functions'
 *   own events do
 */
export const createLocalExecutions = (
  run: (name: string, input: ExecutionInput | RequestInput) => RunningExecution,
  stopped: (execution: { readonly name: string; readonly arn: string }) => Promise<void>,
): LocalExecutions => {
  const entries = new Map<string, Entry>();
  const announcing: Promise<void>[] = [];

  const announce = async (name: string, { execution }: Entry): Promise<void> => {
    await execution.end;
    await stopped({ name, arn: execution.arn });
  };
  return {
    start: async (name, input) => {
      if (entries.has(name)) return 'exists';
      const execution = run(name, input);
      const entry: Entry = { input: JSON.stringify(input), execution };
      entries.set(name, entry);
      void noteEnd(entry);
      return 'started';
    },
    describe: async (name) => {
      const entry = entries.get(name);
      if (entry === undefined) return undefined;
      return {
        running: entry.end === undefined,
        input: entry.input,
        ...(entry.end === undefined ? {} : entry.why),
      };
    },
    stop: async (name, why) => {
      const entry = entries.get(name);
      if (entry === undefined || entry.end !== undefined)
        throw new Error(`the execution ${name} is not running`);
      entry.why = why;
      entry.execution.abort();
      announcing.push(announce(name, entry));
    },
    ends: async () => {
      const ends = await Promise.all(
        [...entries.values()].map(
          async ({ execution }) => [execution.arn, await execution.end] as const,
        ),
      );
      await Promise.all(announcing);
      return new Map(ends);
    },
    lastState: async (name) => entries.get(name)?.execution.lastState(),
    abort: () => {
      for (const { execution, end } of entries.values()) {
        if (end === undefined) execution.abort();
      }
    },
  };
};
