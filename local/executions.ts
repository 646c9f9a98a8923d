import type { Executions } from '../lambdas/contract/ports.ts';
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
}

const noteEnd = async (entry: Entry): Promise<void> => {
  entry.end = await entry.execution.end;
};

/**
 * Keeps the executions of one process, under names that are used once.
 *
 * @param run starts one on the engine
 */
export const createLocalExecutions = (run: (name: string, input: ExecutionInput) => RunningExecution): LocalExecutions => {
  const entries = new Map<string, Entry>();
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
      return entry === undefined ? undefined : { running: entry.end === undefined, input: entry.input };
    },
    ends: async () =>
      new Map(
        await Promise.all([...entries.values()].map(async ({ execution }) => [execution.arn, await execution.end] as const)),
      ),
    abort: () => {
      for (const { execution, end } of entries.values()) {
        if (end === undefined) execution.abort();
      }
    },
  };
};
