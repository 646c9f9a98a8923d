import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { TestContext } from 'vitest';

const command = join(import.meta.dirname, '../../../bin/archive.ts');
const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

/** How the command ended, and what it wrote. */
export interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
  readonly errors: string;
}

/**
 * Starts the command in a folder of its own, as a person would in a shell.
 *
 * @param stdin `pipe` for a test that writes to its standard input; else there is nothing on it
 */
export const start = (
  { onTestFinished }: TestContext,
  folder: string,
  args: readonly string[],
  environment: Record<string, string> = {},
  stdin: 'ignore' | 'pipe' = 'ignore',
) => {
  const child = spawn(process.execPath, ['--import', loader, command, ...args], {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', HOME: folder, ...environment },
    stdio: [stdin, 'pipe', 'pipe'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  let output = '';
  let errors = '';
  child.stdout?.on('data', (chunk) => {
    output += String(chunk);
  });
  child.stderr?.on('data', (chunk) => {
    errors += String(chunk);
  });
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (status, signal) => resolve({ status, signal, output, errors }));
  });
  const said = (text: string): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (output.includes(text)) resolve();
      };
      look();
      child.stdout?.on('data', look);
    });
  return { child, ended, said };
};
