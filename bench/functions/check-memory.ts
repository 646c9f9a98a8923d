import { fork } from 'node:child_process';
import { leanProcessVariables } from '../../lambdas/contract/lean-process.ts';
import { freshMemory, pollSchema, type CheckInput } from '../../lambdas/contract/state.ts';
import { disconnected, nextMessage } from '../../test/support/child-process.ts';
import type { Invoked } from '../../test/support/function/copy-function.ts';
import { aGeneration } from '../../test/support/generation.ts';

/** The status-check function as it is deployed, in a process of its own. */
export interface CheckProcess {
  readonly node: string;
  /** Bundles of what stands for Lambda's runtime, and of the function. */
  readonly runtime: string;
  readonly bundle: string;
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Lambda's runtime starts Node.js with bounds that follow from the function's memory: 90 % for old
 * objects (its `bootstrap`).
 *
 * @param megabytes of the function
 */
const boundsOf = (megabytes: number): string[] => [
  `--max-old-space-size=${Math.floor(megabytes * 0.9)}`,
];

const minute = 60_000;

const inputOf = (generationId: string): CheckInput => {
  const now = Date.now();
  const times = {
    requestedAt: new Date(now - minute).toISOString(),
    deadline: new Date(now + 60 * minute).toISOString(),
  };
  return {
    generation: aGeneration({ provider: 'chronicle', generationId, ...times }),
    poll: { memory: freshMemory },
    execution: 'arn:aws:states:us-east-1:111122223333:execution:Archiver:bench',
  };
};

/**
 * Checks one generation after the other, without a pause.
 *
 * @param expected what each of the checks must come to: a figure of checks that failed would say
 *   nothing
 * @returns the most memory that the process ever had resident, in bytes
 */
export const peakOfChecks = async (
  { node, runtime, bundle, environment }: CheckProcess,
  generationIds: readonly string[],
  expected: 'wait' | 'copy',
): Promise<number> => {
  const child = fork(runtime, [bundle], {
    execPath: node,
    execArgv: boundsOf(128),
    env: { ...environment, ...leanProcessVariables, NODE_NO_WARNINGS: '1' },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  await nextMessage(child);
  let peakBytes = 0;
  for (const generationId of generationIds) {
    child.send({ event: inputOf(generationId), remainingMilliseconds: minute });
    const invoked = (await nextMessage(child)) as Invoked;
    const { next } = pollSchema.parse(invoked.answer);
    if (next !== expected)
      throw new Error(`the check of ${generationId} came to "${next}" instead of "${expected}"`);
    ({ peakBytes } = invoked);
  }
  await disconnected(child);
  return peakBytes;
};
