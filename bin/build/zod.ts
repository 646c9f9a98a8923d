import { cpSync, mkdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { buildSync } from 'esbuild';

/** The declarations that `zod`'s own lead to: all but the other ways into it. */
const declared = /^(index\.d\.ts|v4|v4\/(classic|core|locales)(\/[\w-]+(\.d\.ts)?)*)$/;

/**
 * Puts zod into the package: its code as one file, and its declarations.
 *
 * A library of jsii has no dependencies but other such libraries and those that it carries. Carried
 * as npm does it, zod is 840 files and more than a third of the package.
 */
export const carryZod = (folder: string, oldestNode: string): void => {
  const source = dirname(createRequire(import.meta.url).resolve('zod/package.json'));
  mkdirSync(folder, { recursive: true });
  buildSync({
    entryPoints: [join(source, 'index.js')],
    outfile: join(folder, 'index.js'),
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'esm',
    target: oldestNode,
    logLevel: 'warning',
  });
  cpSync(source, folder, {
    recursive: true,
    filter: (file) => {
      const name = relative(source, file).replaceAll('\\', '/');
      if (name === '' || name === 'LICENSE') return true;
      return declared.test(name) && (statSync(file).isDirectory() || name.endsWith('.d.ts'));
    },
  });
};
