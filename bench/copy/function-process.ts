import { fork } from 'node:child_process';
import { join } from 'node:path';
import { copyVariables } from '../../lambdas/contract/copy-variables.ts';
import { memoryMegabytes } from '../../lib/functions/memory-sizes.ts';
import { disconnected, nextMessage } from '../../test/support/child-process.ts';
import type { Invoked } from '../../test/support/function/copy-function.ts';
import { lambdaFlags } from '../../test/support/function/lambda-process.ts';
import { s3Keys, s3Region } from '../../test/support/s3-server.ts';
import type { Places } from './contender.ts';
import type { Figures } from './figures.ts';

/** A bundle of the bench in a process that stays warm, as a function does. */
export interface FunctionProcess {
  invoke(event: unknown): Promise<{ readonly answer: unknown; readonly figures: Figures }>;
  stop(): Promise<void>;
}

/**
 * Starts one.
 *
 * @param name of the bundle
 * @param settings `ours`: started as Lambda starts the copy function, with its variables
 */
export const startFunctionProcess = async (
  { s3, folder }: Places,
  name: string,
  settings: 'ours' | 'plain',
): Promise<FunctionProcess> => {
  const child = fork(join(folder, 'runtime.mjs'), [join(folder, `${name}.mjs`)], {
    execArgv: settings === 'ours' ? lambdaFlags(memoryMegabytes['copy-exports']) : [],
    env: {
      AWS_REGION: s3Region,
      AWS_ACCESS_KEY_ID: s3Keys.accessKeyId,
      AWS_SECRET_ACCESS_KEY: s3Keys.secretAccessKey,
      AWS_ENDPOINT_URL_S3: s3,
      NODE_NO_WARNINGS: '1',
      ...(settings === 'ours' ? copyVariables : {}),
    },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  await nextMessage(child);
  return {
    invoke: async (event) => {
      child.send({ event, remainingMilliseconds: 900_000 });
      const { answer, ...figures } = (await nextMessage(child)) as Invoked;
      return { answer, figures };
    },
    stop: async () => disconnected(child),
  };
};
