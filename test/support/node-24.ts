import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A release of the line that the functions run on. */
const version = '24.21.0';

const folder = fileURLToPath(new URL(`../../.cache/node-${version}`, import.meta.url));

/**
 * Node.js as on Lambda, from npm, which has the binaries as packages. It lies outside
 * `node_modules`: there it would take the place of whatever Node.js runs the scripts.
 *
 * @returns the program's file, or `undefined` where it cannot be had (no network, no package for
 *   this platform)
 */
export const installNode24 = async (): Promise<string | undefined> => {
  const name = `node-${process.platform}-${process.arch}`;
  const program = join(folder, 'node_modules', name, 'bin', 'node');
  if (existsSync(program)) return program;
  console.log(`fetching Node.js ${version} into .cache …`);
  const child = spawn(
    'npm',
    [
      'install',
      '--prefix',
      folder,
      '--no-save',
      '--no-audit',
      '--no-fund',
      '--silent',
      `${name}@${version}`,
    ],
    {
      stdio: 'ignore',
    },
  );
  await once(child, 'close').catch(() => undefined);
  return existsSync(program) ? program : undefined;
};
