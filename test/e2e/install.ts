import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { projectFolder, venvFolder, venvPython } from './harness/folders.ts';
import { runCommand } from './harness/run-command.ts';

const requirementsFile = fileURLToPath(new URL('requirements.txt', import.meta.url));

/** Written last: where it tells the requirements' hash, all of them are installed. */
const stampFile = join(venvFolder, 'requirements.sha256');

/** What the pinned packages need. */
const oldestPython = [3, 11] as const;

const versionProgram = 'import sys; print(*sys.version_info[:2])';

// Unlike the commands of a run, pip goes to the network: it needs the proxies and certificates of
// this machine.
const env = Object.fromEntries(
  Object.entries(process.env).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  ),
);

const run = (command: string, args: readonly string[]): Promise<string> =>
  runCommand(command, args, { cwd: projectFolder, env });

const isNewEnough = async (python: string): Promise<boolean> => {
  try {
    const [major = 0, minor = 0] = (await run(python, ['-c', versionProgram]))
      .trim()
      .split(' ')
      .map(Number);
    return major > oldestPython[0] || (major === oldestPython[0] && minor >= oldestPython[1]);
  } catch {
    return false;
  }
};

const findPython = async (): Promise<string> => {
  for (const python of [
    'python3',
    'python',
    'python3.14',
    'python3.13',
    'python3.12',
    'python3.11',
  ]) {
    if (await isNewEnough(python)) return python;
  }
  throw new Error(
    `needs Python ${oldestPython.join('.')} or newer for the AWS emulator, and found none: install it and run this again`,
  );
};

/**
 * Installs the emulator and the template checker into the project's own environment, once for each
 * change of their versions.
 */
const install = async (): Promise<void> => {
  const hash = createHash('sha256').update(readFileSync(requirementsFile)).digest('hex');
  if (existsSync(venvPython) && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === hash)
    return;
  const python = await findPython();
  console.log('installing the AWS emulator into .venv …');
  rmSync(venvFolder, { recursive: true, force: true });
  await run(python, ['-m', 'venv', venvFolder]);
  await run(venvPython, [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--disable-pip-version-check',
    '--no-deps',
    '--requirement',
    requirementsFile,
  ]);
  writeFileSync(stampFile, hash);
};

try {
  await install();
} catch (error) {
  console.error(`test/e2e: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
