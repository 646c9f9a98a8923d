import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream } from 'node:fs';

/** How a command is run. */
export interface CommandOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** File that gets everything the command prints. */
  readonly logFile?: string;
  /** Exit statuses, besides 0, after which the caller reads what was printed. */
  readonly alsoGood?: readonly number[];
}

const running = new Set<ChildProcess>();

/** Ends the commands that still run, with every process that they started. */
export const endCommands = (): void => {
  for (const { pid } of running) {
    try {
      if (pid !== undefined) process.kill(-pid, 'SIGKILL');
    } catch {
      // It has ended by itself in the meantime.
    }
  }
};

/** Whatever ends this process early must not leave a deployment under way. */
process.once('exit', endCommands);

/**
 * The variables that a command needs to run at all: no credentials, proxies or certificates of
 * whoever runs the tests.
 */
export const bareEnvironment = (): Record<string, string> =>
  Object.fromEntries(
    ['PATH', 'HOME', 'LANG', 'TMPDIR'].flatMap((name) =>
      process.env[name] === undefined ? [] : [[name, process.env[name]]],
    ),
  );

/**
 * Runs a command to its end.
 *
 * @returns what it printed
 * @throws with the end of what it printed, where it fails or is not there
 */
export const runCommand = async (
  command: string,
  args: readonly string[],
  { cwd, env, logFile, alsoGood = [] }: CommandOptions,
): Promise<string> => {
  // A process group of its own, so that it can be ended together with what it starts.
  const child = spawn(command, args, {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  running.add(child);
  const log = logFile === undefined ? undefined : createWriteStream(logFile, { flags: 'a' });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString('utf8');
      log?.write(chunk);
    });
  }
  try {
    const status = await new Promise<number | string>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => resolve(code ?? signal ?? 'unknown'));
    });
    if (status === 0 || alsoGood.some((good) => good === status)) return output;
    throw new Error(`${command} ${args.join(' ')} ended with ${status}:\n${output.slice(-4000)}`);
  } finally {
    running.delete(child);
    log?.end();
  }
};
