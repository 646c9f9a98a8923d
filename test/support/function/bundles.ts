import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { bundling, functionAlias } from '../../../lib/functions/bundle.ts';

/** Files of a function's process. */
export interface Bundles {
  readonly copyExports: string;
  readonly runtime: string;
}

const source = (path: string): string =>
  fileURLToPath(new URL(`../../../${path}`, import.meta.url));

/**
 * Bundles sources into a folder as the functions are, for the Node.js of this machine: one minified
 * ES module each, with the AWS SDK in it.
 *
 * @param alias what stands in for modules; default: as in our functions
 */
export const bundle = async (
  folder: string,
  entryPoints: Readonly<Record<string, string>>,
  alias: Readonly<Record<string, string>> = functionAlias,
): Promise<void> => {
  await build({
    ...bundling,
    entryPoints: Object.fromEntries(
      Object.entries(entryPoints).map(([name, path]) => [name, source(path)]),
    ),
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    target: 'node20',
    alias: { ...alias },
    logLevel: 'warning',
  });
};

/** Bundles the copy function, and what runs it. */
export const bundleCopyFunction = async (folder: string): Promise<Bundles> => {
  await bundle(folder, {
    'copy-exports': 'lambdas/functions/copy-exports.ts',
    runtime: 'test/support/function/runtime.ts',
  });
  return { copyExports: join(folder, 'copy-exports.mjs'), runtime: join(folder, 'runtime.mjs') };
};
