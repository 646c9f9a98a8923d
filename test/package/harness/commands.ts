import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { runFolder } from '../../e2e/harness/folders.ts';
import { runCommand } from '../../e2e/harness/run-command.ts';

/** npm and the like find their registries and caches by the variables of whoever runs the tests. */
const environment = Object.fromEntries(
  Object.entries({
    ...process.env,
    // jsii says on every run that Node.js 20 is no longer maintained.
    JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '1',
  }).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
);

/** Runs a command in a folder, as its user would, with variables of its own. */
export const runWith = (
  variables: Readonly<Record<string, string>>,
  cwd: string,
  command: string,
  ...args: readonly string[]
): Promise<string> =>
  runCommand(command, args, {
    cwd,
    env: { ...environment, ...variables },
    logFile: join(runFolder, 'commands.log'),
  });

/** Runs a command in a folder, as its user would. */
export const run = (cwd: string, command: string, ...args: readonly string[]): Promise<string> =>
  runWith({}, cwd, command, ...args);

/** Runs a program that is installed in a folder. */
export const runInstalled = (
  cwd: string,
  program: string,
  ...args: readonly string[]
): Promise<string> => run(cwd, process.execPath, join(cwd, 'node_modules', program), ...args);

const packageSchema = z.looseObject({
  version: z.string(),
  dependencies: z.record(z.string(), z.string()).optional(),
  devDependencies: z.record(z.string(), z.string()).optional(),
  peerDependencies: z.record(z.string(), z.string()).optional(),
});

/** A folder's `package.json`. */
export const readPackage = (folder: string): z.infer<typeof packageSchema> =>
  packageSchema.parse(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')));
