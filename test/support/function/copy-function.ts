import { fork } from 'node:child_process';
import type { CopyInput } from '../../../lambdas/contract/copy-state.ts';
import { copySchema, type Copy } from '../../../lambdas/contract/copy-state.ts';
import { copyVariables } from '../../../lambdas/contract/copy-variables.ts';
import { freshMemory } from '../../../lambdas/contract/state.ts';
import { memoryMegabytes } from '../../../lib/functions/memory-sizes.ts';
import { disconnected, nextMessage } from '../child-process.ts';
import { aGeneration } from '../generation.ts';
import { s3Keys, s3Region } from '../s3-server.ts';
import type { Bundles } from './bundles.ts';
import { lambdaFlags } from './lambda-process.ts';

/** One invocation, as it is sent to the function's process. */
export interface Invocation {
  readonly event: unknown;
  readonly remainingMilliseconds: number;
}

/** What one invocation came to. */
export interface Invoked {
  readonly answer: unknown;
  readonly milliseconds: number;
  /** User and system time of the whole process during the invocation. */
  readonly cpuSeconds: number;
  /** The most memory that the process ever had resident. */
  readonly peakBytes: number;
}

/** The copy function as it is deployed: its bundle, in a process of its own. */
export interface CopyFunction {
  /** Copies the generation of that id; see {@link copyEvent}. */
  copy(
    event: CopyInput,
    remainingMilliseconds?: number,
  ): Promise<Omit<Invoked, 'answer'> & { readonly copy: Copy }>;
  /** Ends the process in the middle of whatever it does. */
  kill(): void;
  /** Ends the process, and waits for that. */
  stop(): Promise<void>;
}

/** See {@link startCopyFunction}. */
export interface CopyFunctionOptions {
  readonly bundles: Bundles;
  /** Which Node.js; default the one of this process. */
  readonly node?: string;
  readonly s3: string;
  /** Origin of a deck host. */
  readonly host: string;
  readonly bucket: string;
}

const minutesOfLambda = 15;

const settings = {
  timeoutMinutes: 60,
  checkIntervalSeconds: 5,
  firstCheckSeconds: 0,
};

/**
 * What the machine hands to the copy function for a generation of Perceptis that was just seen
 * done.
 */
export const copyEvent = (
  generationId: string,
  changes: Partial<CopyInput['generation']> = {},
): CopyInput => {
  const now = Date.now();
  const times = {
    requestedAt: new Date(now - 60_000).toISOString(),
    deadline: new Date(now + 3_600_000).toISOString(),
  };
  return {
    generation: aGeneration({ provider: 'perceptis', generationId, ...times, ...changes }),
    poll: {
      next: 'copy',
      waitSeconds: 0,
      memory: { ...freshMemory, checks: 1, detectedAt: new Date(now).toISOString() },
    },
    copy: {},
    execution: `arn:aws:states:us-east-1:111122223333:execution:Archiver:${generationId}`,
  };
};

const environmentOf = ({ s3, host, bucket }: CopyFunctionOptions): Record<string, string> => ({
  AWS_REGION: s3Region,
  AWS_ACCESS_KEY_ID: s3Keys.accessKeyId,
  AWS_SECRET_ACCESS_KEY: s3Keys.secretAccessKey,
  AWS_ENDPOINT_URL_S3: s3,
  AWS_ENDPOINT_URL_SECRETS_MANAGER: host,
  PROVIDERS: JSON.stringify({ perceptis: { ...settings, baseUrl: host } }),
  SECRET_PREFIX: 'generation-archiver',
  ALLOW_INSECURE_SOURCES: 'true',
  BUCKET_NAME: bucket,
  KEY_PREFIX: '',
  ARCHIVER_NAME: 'Archiver',
  POWERTOOLS_LOG_LEVEL: 'SILENT',
  NODE_NO_WARNINGS: '1',
  ...copyVariables,
});

/**
 * Starts the function's process; it is ready to be invoked, as a function is after its init phase.
 */
export const startCopyFunction = async (options: CopyFunctionOptions): Promise<CopyFunction> => {
  const { bundles, node = process.execPath } = options;
  const child = fork(bundles.runtime, [bundles.copyExports], {
    execPath: node,
    execArgv: lambdaFlags(memoryMegabytes['copy-exports']),
    env: environmentOf(options),
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  await nextMessage(child);
  return {
    copy: async (event, remainingMilliseconds = minutesOfLambda * 60_000) => {
      const invocation: Invocation = { event, remainingMilliseconds };
      child.send(invocation);
      const { answer, ...figures } = (await nextMessage(child)) as Invoked;
      return { ...figures, copy: copySchema.parse(answer) };
    },
    kill: () => void child.kill('SIGKILL'),
    stop: async () => disconnected(child),
  };
};
