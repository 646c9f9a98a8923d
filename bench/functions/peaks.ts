import { fork } from 'node:child_process';
import {
  freshStartMemory,
  startSchema,
  type StartInput,
} from '../../lambdas/contract/start-state.ts';
import { freshMemory, pollSchema, type CheckInput } from '../../lambdas/contract/state.ts';
import { disconnected, nextMessage } from '../../test/support/child-process.ts';
import type { Invoked } from '../../test/support/function/copy-function.ts';
import { lambdaFlags } from '../../test/support/function/lambda-process.ts';
import { aGeneration, aRequestedGeneration } from '../../test/support/generation.ts';

/** A function as it is deployed, in a process of its own. */
export interface FunctionProcess {
  readonly node: string;
  /** Bundles of what stands for Lambda's runtime, and of the function. */
  readonly runtime: string;
  readonly bundle: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Of the function. */
  readonly megabytes: number;
}

/** What a process was seen to need. */
export interface Peak {
  /** The most memory that it ever had resident. */
  readonly bytes: number;
  /** Processor time of one invocation once it is warm: the median of the second half. */
  readonly cpuMilliseconds: number;
}

const minute = 60_000;

const execution = 'arn:aws:states:us-east-1:111122223333:execution:Archiver:bench';

const timesAt = (now: number) => ({
  requestedAt: new Date(now - minute).toISOString(),
  deadline: new Date(now + 60 * minute).toISOString(),
});

/** The input of a check of a generation whose turn on its key has come. */
export const checkOf = (generationId: string, provider = 'chronicle'): CheckInput => {
  const times = timesAt(Date.now());
  const turn = { at: times.requestedAt, since: times.requestedAt, among: 1 };
  return {
    generation: aGeneration({ provider, generationId, ...times }),
    poll: { memory: { ...freshMemory, turn } },
    execution,
  };
};

/** The input of a start at Chronicle, with a prompt of nearly the largest size that is taken. */
export const startOf = (requestId: string): StartInput => {
  return {
    generation: aRequestedGeneration({
      provider: 'chronicle',
      requestId,
      ...timesAt(Date.now()),
    }),
    request: { prompt: 'How bread keeps. '.repeat(11_000) },
    start: { memory: freshStartMemory },
    execution,
  };
};

/** A trigger as EventBridge delivers it, with all the metadata that is taken. */
export const triggerOf = (generationId: string): unknown => ({
  id: generationId,
  source: 'bench',
  time: new Date().toISOString(),
  'detail-type': 'Generation Started',
  detail: { provider: 'chronicle', generationId, metadata: { note: 'n'.repeat(8000) } },
});

/** Fails where a check came to something else: a figure of checks that failed would say nothing. */
export const cameTo =
  (expected: 'wait' | 'copy') =>
  (answer: unknown): void => {
    const { next } = pollSchema.parse(answer);
    if (next !== expected) throw new Error(`a check came to "${next}" instead of "${expected}"`);
  };

/** Fails where a start was not accepted. */
export const wasAccepted = (answer: unknown): void => {
  const { next } = startSchema.parse(answer);
  if (next !== 'accepted') throw new Error(`a start came to "${next}"`);
};

const median = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;

/**
 * Invokes a function with one event after the other, without a pause, started as Lambda starts it.
 *
 * @param check throws where an answer is not as it should be
 */
export const peakOf = async (
  { node, runtime, bundle, environment, megabytes }: FunctionProcess,
  events: readonly unknown[],
  check: (answer: unknown) => void = () => undefined,
): Promise<Peak> => {
  const child = fork(runtime, [bundle], {
    execPath: node,
    execArgv: lambdaFlags(megabytes),
    env: { ...environment, NODE_NO_WARNINGS: '1' },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  await nextMessage(child);
  let bytes = 0;
  const cpu: number[] = [];
  for (const event of events) {
    child.send({ event, remainingMilliseconds: minute });
    const { answer, peakBytes, cpuSeconds } = (await nextMessage(child)) as Invoked;
    check(answer);
    bytes = peakBytes;
    cpu.push(cpuSeconds * 1000);
  }
  await disconnected(child);
  return { bytes, cpuMilliseconds: median(cpu.slice(Math.floor(cpu.length / 2))) };
};
