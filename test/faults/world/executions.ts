import { cancelledError } from '../../../lambdas/contract/cancel.ts';
import type { RequestInput } from '../../../lambdas/contract/start-state.ts';
import type { ExecutionInput } from '../../../lambdas/contract/state.ts';
import { executionArn, type ExecutionEnd, type RunningExecution } from '../../../local/engine.ts';
import type { Fault } from '../fault-case.ts';
import { brokenConnection, jsonAnswer, jsonCall, jsonError, type AwsService } from './aws.ts';
import type { FaultBook } from './fault-book.ts';
import type { Timeline } from './timeline.ts';
import type { Witness } from './witness.ts';

/** How an execution ended, in Step Functions' words. */
export type EndStatus = 'SUCCEEDED' | 'FAILED' | 'ABORTED' | 'TIMED_OUT';

/** An execution, as the oracle looks at it. */
export interface Followed {
  readonly name: string;
  readonly arn: string;
  readonly input: string;
  readonly generation: ExecutionInput['generation'] | RequestInput['generation'];
  readonly startedAt: number;
  /** Absent while it runs. */
  end?: {
    readonly status: EndStatus;
    readonly error?: string;
    readonly cause?: string;
    readonly at: number;
  };
}

/** What the executions are made of. */
export interface ExecutionsOptions {
  readonly faults: FaultBook;
  readonly clock: Timeline;
  readonly witness: Witness;
  readonly run: (name: string, input: ExecutionInput | RequestInput) => RunningExecution;
  /** The state that an execution entered last. */
  readonly stateOf: (arn: string) => string | undefined;
  /** Step Functions' own event about an execution that ended without success. */
  readonly statusChanged: (detail: {
    executionArn: string;
    name: string;
    status: EndStatus;
  }) => void;
}

type Operation = Extract<Fault, { place: 'executions' }>['operation'];

const operations: readonly Operation[] = [
  'StartExecution',
  'DescribeExecution',
  'StopExecution',
  'GetExecutionHistory',
  'ListExecutions',
];

const isOperation = (name: string): name is Operation =>
  operations.some((operation) => operation === name);

const statuses: Readonly<Record<ExecutionEnd['status'], EndStatus>> = {
  succeeded: 'SUCCEEDED',
  failed: 'FAILED',
  aborted: 'ABORTED',
};

/** Why an execution was stopped. */
interface Stop {
  readonly as: EndStatus;
  readonly error?: string;
  readonly cause?: string;
}

interface Entry {
  readonly followed: Followed;
  readonly running: RunningExecution;
  stop?: Stop;
}

/** How old an answer may be. */
const staleMilliseconds = 4000;

const isRunning = ({ end }: Followed): boolean => end === undefined;

/** Step Functions: names are used once, and the same input under a running name is no error. */
export const createExecutionsService = ({
  faults,
  clock,
  witness,
  run,
  stateOf,
  statusChanged,
}: ExecutionsOptions) => {
  const all = new Map<string, Entry>();
  const ends: Promise<void>[] = [];

  const start = (name: string, input: string): void => {
    witness.exposed('the input of an execution', input);
    const parsed = JSON.parse(input) as ExecutionInput | RequestInput;
    const followed: Followed = {
      name,
      arn: executionArn(name),
      input,
      generation: parsed.generation,
      startedAt: clock.now(),
    };
    const running = run(name, parsed);
    const entry: Entry = { followed, running };
    all.set(name, entry);
    const ended = async (): Promise<void> => {
      const end = await running.end;
      const { as: stopped = 'ABORTED', ...why } = entry.stop ?? {};
      const status = end.status === 'aborted' ? stopped : statuses[end.status];
      followed.end = {
        status,
        at: clock.now(),
        ...(end.status === 'failed' ? { error: end.error } : {}),
        ...(end.status === 'aborted' ? why : {}),
      };
      if (end.status === 'failed')
        witness.exposed('the end of an execution', `${end.error}: ${end.cause}`);
      if (status !== 'SUCCEEDED') statusChanged({ executionArn: followed.arn, name, status });
    };
    ends.push(ended());
  };

  const startExecution = (name: string, input: string): ReturnType<typeof jsonAnswer> => {
    const known = all.get(name)?.followed;
    if (known === undefined) start(name, input);
    else if (!isRunning(known) || known.input !== input)
      return jsonError(400, 'ExecutionAlreadyExists');
    return jsonAnswer({ executionArn: executionArn(name), startDate: clock.now() / 1000 });
  };

  /** @param at what happened after it is not known yet */
  const describeExecution = (name: string, at = Infinity): ReturnType<typeof jsonAnswer> => {
    const known = all.get(name)?.followed;
    if (known === undefined) return jsonError(400, 'ExecutionDoesNotExist');
    const { arn, input, startedAt } = known;
    const isTold = known.end !== undefined && known.end.at <= at;
    const end = isTold ? known.end : undefined;
    // That of one that was stopped is documented for its history alone.
    const { error, cause } = end?.status === 'ABORTED' ? {} : (end ?? {});
    const why = {
      ...(error === undefined ? {} : { error }),
      ...(cause === undefined ? {} : { cause }),
    };
    return jsonAnswer({
      executionArn: arn,
      name,
      status: end?.status ?? 'RUNNING',
      input,
      startDate: startedAt / 1000,
      ...why,
    });
  };

  const halt = (entry: Entry, stop: Stop): void => {
    witness.saw(stop.error === cancelledError ? 'cancelled' : 'stopped');
    entry.stop = stop;
    entry.running.abort();
  };

  const stopExecution = (
    name: string,
    error: string,
    cause: string,
  ): ReturnType<typeof jsonAnswer> => {
    const entry = all.get(name);
    if (entry === undefined) return jsonError(400, 'ExecutionDoesNotExist');
    // Nothing is documented about one that has ended: it is taken, and changes nothing.
    if (isRunning(entry.followed) && entry.stop === undefined)
      halt(entry, { as: 'ABORTED', error, cause });
    return jsonAnswer({ stopDate: clock.now() / 1000 });
  };

  /**
   * The newest events alone: the end, where it is told already, and the last one with state data.
   */
  const history = (name: string, tellsEnd: boolean): ReturnType<typeof jsonAnswer> => {
    const entry = all.get(name);
    if (entry === undefined) return jsonError(400, 'ExecutionDoesNotExist');
    const { data: input, inTask } = entry.running.lastState();
    const timestamp = clock.now() / 1000;
    const stateEnteredEventDetails = { name: stateOf(entry.followed.arn) ?? 'a state', input };
    const entered = {
      id: 1,
      timestamp,
      type: inTask ? 'TaskStateEntered' : 'WaitStateEntered',
      stateEnteredEventDetails,
    };
    const isOver = tellsEnd && entry.followed.end !== undefined;
    const { status, error, cause } = entry.followed.end ?? {};
    const aborted = {
      id: 2,
      timestamp,
      type: 'ExecutionAborted',
      executionAbortedEventDetails: { error, cause },
    };
    const ended = status === 'ABORTED' ? aborted : { id: 2, timestamp, type: 'ExecutionTimedOut' };
    return jsonAnswer({ events: [...(isOver ? [ended] : []), entered] });
  };

  const list = (statusFilter: unknown): ReturnType<typeof jsonAnswer> => {
    const ended = [...all.values()].flatMap(({ followed: { arn, name, startedAt, end } }) =>
      end === undefined || end.status !== statusFilter ? [] : [{ arn, name, startedAt, end }],
    );
    const executions = ended
      .toSorted((one, other) => other.startedAt - one.startedAt)
      .map(({ arn, name, startedAt, end }) => ({
        executionArn: arn,
        name,
        status: end.status,
        startDate: startedAt / 1000,
        stopDate: end.at / 1000,
      }));
    return jsonAnswer({ executions });
  };

  const answers: Readonly<
    Record<
      Operation,
      (name: string, input: Record<string, unknown>) => ReturnType<typeof jsonAnswer>
    >
  > = {
    StartExecution: (name, { input }) => startExecution(name, String(input)),
    DescribeExecution: (name) => describeExecution(name),
    StopExecution: (name, { error, cause }) => stopExecution(name, String(error), String(cause)),
    GetExecutionHistory: (name) => history(name, true),
    ListExecutions: (_, { statusFilter }) => list(statusFilter),
  };

  const service: AwsService = async (request) => {
    const { operation, input } = jsonCall(request);
    if (!isOperation(operation)) throw new Error(`nobody may ${operation}`);
    const fault = faults.meet('executions', (one) => one.operation === operation, operation);
    if (fault !== undefined) witness.saw('states trouble');
    if (typeof fault?.how === 'object') return jsonError(fault.how.status, fault.how.code);
    const name =
      operation === 'StartExecution'
        ? String(input['name'])
        : (String(input['executionArn']).split(':').at(-1) ?? '');
    if (fault?.how === 'stale') return describeExecution(name, clock.now() - staleMilliseconds);
    if (fault?.how === 'unknown')
      return operation === 'GetExecutionHistory'
        ? history(name, false)
        : jsonError(400, 'ExecutionDoesNotExist');
    const answer = answers[operation](name, input);
    if (fault?.how === 'loseAnswer') throw brokenConnection();
    return answer;
  };

  return {
    service,
    all: (): Followed[] => [...all.values()].map(({ followed }) => followed),
    /** Stops what runs: by hand, or because its time limit is over. */
    stop: (as: 'ABORTED' | 'TIMED_OUT'): void => {
      for (const entry of all.values()) {
        if (isRunning(entry.followed) && entry.stop === undefined) halt(entry, { as });
      }
    },
    /** Whether none runs. */
    isIdle: (): boolean => [...all.values()].every(({ followed }) => !isRunning(followed)),
    /** Settles when none runs any more. */
    idle: async (): Promise<void> => {
      for (let known = -1; known !== ends.length;) {
        known = ends.length;
        await Promise.all(ends);
      }
    },
  };
};
