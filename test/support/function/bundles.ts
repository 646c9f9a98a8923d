import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { functionAlias } from '../../../lib/bundle.ts';

/** Files of a function's process. */
export interface Bundles {
  readonly copyExports: string;
  readonly runtime: string;
}

const source = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

/** See `lib/node-function.ts`: CommonJS packages in the bundle `require` Node's own modules. */
const banner = [
  "import { createRequire as createRequireOfBundle } from 'node:module';",
  'const require = createRequireOfBundle(import.meta.url);',
].join(' ');

/**
 * Bundles sources into a folder as `lib/node-function.ts` has it done: one minified ES module each, with the AWS SDK in it.
 *
 * @param alias what stands in for modules; default: as in our functions
 */
export const bundle = async (
  folder: string,
  entryPoints: Readonly<Record<string, string>>,
  alias: Readonly<Record<string, string>> = functionAlias,
): Promise<void> => {
  await build({
    entryPoints: Object.fromEntries(Object.entries(entryPoints).map(([name, path]) => [name, source(path)])),
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    mainFields: ['module', 'main'],
    alias: { ...alias },
    banner: { js: banner },
    logLevel: 'warning',
  });
};

/** Bundles the copy function, and what runs it. */
export const bundleCopyFunction = async (folder: string): Promise<Bundles> => {
  await bundle(folder, { 'copy-exports': 'lambdas/functions/copy-exports.ts', runtime: 'test/support/function/runtime.ts' });
  return { copyExports: join(folder, 'copy-exports.mjs'), runtime: join(folder, 'runtime.mjs') };
};
