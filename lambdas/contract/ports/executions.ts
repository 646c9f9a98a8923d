import type { RequestInput } from '../start-state.ts';
import type { ExecutionInput } from '../state.ts';

/** An execution as `describe` tells of it. */
export interface ExecutionFound {
  readonly running: boolean;
  readonly input: string;
  /** Name of the error with which it failed or was stopped; absent where there is none. */
  readonly error?: string;
  /** What was told beside the error, for people. */
  readonly cause?: string;
  /** When it ended, milliseconds since 1970; absent where that is not told. */
  readonly endedAt?: number;
}

/** How far an execution got. */
export interface LastState {
  /** Its state data, as JSON. */
  readonly data: string;
  /** A task may have been under way, whose work the data does not tell. */
  readonly inTask: boolean;
}

/**
 * How an execution ends without success (Step Functions API Reference, "DescribeExecution").
 */
export const endStatuses = ['ABORTED', 'TIMED_OUT', 'FAILED'] as const;

/** One of {@link endStatuses}. */
export type EndStatus = (typeof endStatuses)[number];

/** An execution that has ended, as a list tells of it. */
export interface EndedExecution {
  /** ARN of the execution. */
  readonly execution: string;
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly endedAt: number;
}

/** Finds executions of the state machine that have ended without success. */
export interface EndedExecutions {
  /**
   * Those of a status that have begun after a time, in milliseconds since 1970; the newest first.
   * Eventually consistent.
   *
   * @throws where there are more than can be read in one go
   */
  list(status: EndStatus, begunAfter: number): AsyncIterable<EndedExecution>;
}

/** Starts and stops executions of the state machine. */
export interface Executions {
  /**
   * Starts one under a name that is used once; `exists` where the name is taken by another or an
   * ended execution.
   */
  start(name: string, input: ExecutionInput | RequestInput): Promise<'started' | 'exists'>;
  /** The execution of that name, or `undefined` where there is none (any more). */
  describe(name: string): Promise<ExecutionFound | undefined>;
  /** Stops one that runs. @throws where it does not run, or cannot be stopped now */
  stop(name: string, why: { readonly error: string; readonly cause: string }): Promise<void>;
  /** How far an execution got; `undefined` where its history does not tell. */
  lastState(name: string): Promise<LastState | undefined>;
  /**
   * Name of the state that an execution entered last; `undefined` where its history does not tell.
   * Absent where executions end with what they announce, so that no caller meets one that has
   * announced its result.
   */
  stateOf?(name: string): Promise<string | undefined>;
}
