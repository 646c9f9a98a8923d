import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type * as Esbuild from 'esbuild';
import { componentsOf, type Component } from './notices.ts';

const load = createRequire(import.meta.url);

/**
 * A file of esbuild, which is installed beside the archiver; or, where an app of another language
 * has the archiver in a folder of its own, in the working directory of the app.
 */
const fileOfEsbuild = (name: string): string =>
  load.resolve(name, { paths: [dirname(fileURLToPath(import.meta.url)), process.cwd()] });

const loadEsbuild = (entry: string): typeof Esbuild => {
  try {
    return load(fileOfEsbuild('esbuild')) as typeof Esbuild;
  } catch (error) {
    throw new Error(
      `esbuild is needed to bundle ${entry} and cannot be loaded: install it with "npm install --save-dev esbuild", or bundle the file beforehand`,
      { cause: error },
    );
  }
};

/** How every bundle is made. */
export const bundling = {
  bundle: true,
  minify: true,
  platform: 'node',
  format: 'esm',
  mainFields: ['module', 'main'],
  // undici and parts of the SDK are CommonJS and `require` Node's own modules, which an ES module
  // has no function for.
  banner: {
    js: [
      "import { createRequire as createRequireOfBundle } from 'node:module';",
      'const require = createRequireOfBundle(import.meta.url);',
    ].join(' '),
  },
} satisfies Esbuild.BuildOptions;

/**
 * Bundles a file with everything that it imports into one minified ES module for Lambda, the AWS
 * SDK included, so that what runs is what was tested.
 *
 * @param alias files in place of modules that are imported
 * @returns whose code the bundle holds
 * @throws where it cannot be bundled, or esbuild is not installed
 */
export const bundle = (
  entry: string,
  outfile: string,
  alias: Readonly<Record<string, string>> = {},
): Component[] => {
  const { metafile } = loadEsbuild(entry).buildSync({
    ...bundling,
    entryPoints: [entry],
    outfile,
    target: 'node24',
    alias: { ...alias },
    // Errors carry literal names and the log tells what happened; a map of a megabyte would cost
    // every cold start, and the memory of a 128 MB function at the worst moment.
    sourcemap: false,
    metafile: true,
    logLevel: 'silent',
  });
  return [...componentsOf(filesIn(metafile)), bundler()];
};

/** The files of which something is left in a bundle. */
export const filesIn = ({ outputs }: Esbuild.Metafile): string[] =>
  Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([file, { bytesInOutput }]) =>
      bytesInOutput === 0 ? [] : [resolve(file)],
    ),
  );

/** esbuild puts a few functions of its own into every bundle. */
const bundler = (): Component => ({
  name: 'esbuild',
  licence: 'MIT',
  text: readFileSync(fileOfEsbuild('esbuild/LICENSE.md'), 'utf8').trim(),
});

const inFunctions = (path: string): string =>
  fileURLToPath(new URL(`../../lambdas/functions/${path}`, import.meta.url));

/**
 * What stands in for a module in the bundle of a function, so that it starts sooner
 * (docs/decisions/2026-11-27-what-a-start-loads.md); there in the repository only.
 */
export const functionAlias: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['fs', 'fs/promises', 'http', 'http2', 'process'].map((name) => [
      `node:${name}`,
      inFunctions(`node/${name.replace('/', '-')}.cjs`),
    ]),
  ),
  '@aws-sdk/credential-provider-node': inFunctions('credentials.ts'),
  '@smithy/core/event-streams': inFunctions('no-event-streams.ts'),
};

/**
 * Bundles one of our own functions from its source.
 *
 * @returns whose code the bundle holds
 * @throws where it cannot be bundled, or esbuild is not installed
 */
export const bundleFunction = (entry: string, outfile: string): Component[] =>
  bundle(entry, outfile, functionAlias);
