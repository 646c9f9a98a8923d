import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import type { Figures } from './figures.ts';
import { watchPeaks } from './process-figures.ts';

/** The first line that a program prints about itself, or `undefined` where it is not there. */
export const versionOf = (program: string, argument = '--version'): string | undefined => {
  const { status, stdout } = spawnSync(program, [argument], { encoding: 'utf8' });
  return status === 0 ? stdout.split('\n', 1)[0]?.trim() : undefined;
};

/**
 * Bash tells the CPU time of its children after the command has ended: minutes and seconds, of
 * users and of the system.
 */
const childTimes = (text: string): number => {
  const times = text.trim().split('\n').at(-1) ?? '';
  return [...times.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds),
    0,
  );
};

/**
 * Runs a shell command from start to end and tells what it cost, all processes of a pipe together.
 *
 * @throws with the end of what it printed, where it fails
 */
export const runCommand = async (
  command: string,
  env: Readonly<Record<string, string>>,
): Promise<Figures> => {
  const started = performance.now();
  const child = spawn(
    'bash',
    ['-c', `set -o pipefail; { ${command}; }; status=$?; times >&3; exit $status`],
    {
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
      stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    },
  );
  const peaks = watchPeaks(child.pid ?? 0);
  let [said, times] = ['', ''];
  child.stderr?.on('data', (chunk: Buffer) => {
    said += chunk.toString('utf8');
  });
  child.stdio[3]?.on('data', (chunk: Buffer) => {
    times += chunk.toString('utf8');
  });
  const [status] = (await once(child, 'close')) as [number | null];
  const milliseconds = performance.now() - started;
  const peakBytes = peaks.stop();
  if (status !== 0)
    throw new Error(`${command.split(' ', 1)[0]} ended with ${status}: ${said.slice(-500)}`);
  return { milliseconds, cpuSeconds: childTimes(times), peakBytes };
};
