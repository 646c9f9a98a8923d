import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';

/**
 * Compiles the construct library with jsii: as `tsc` does, and writes the assembly `.jsii` besides,
 * from which the packages of the other languages are made.
 *
 * @throws where the sources do not compile, or the public face has what other languages lack
 */
export const compile = async (project: string): Promise<void> => {
  const program = createRequire(import.meta.url).resolve('jsii/bin/jsii');
  // JSII6 wants the oldest CDK of the peer range for developing. We develop with the newest, and
  // `npm run test:package` tries the oldest.
  const compiler = spawn(process.execPath, [program, '--silence-warnings', 'JSII6'], {
    cwd: project,
    // It says on every run that Node.js 20 is no longer maintained; we go on to support it.
    env: { ...process.env, JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '1' },
    stdio: 'inherit',
  });
  const [status] = await once(compiler, 'exit');
  if (status !== 0) throw new Error(`the compiler ended with ${String(status)}`);
};
