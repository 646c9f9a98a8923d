import { createHash } from 'node:crypto';
import { cpSync, existsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { providerModuleFile } from '../../lambdas/contract/provider-modules.ts';
import { bundleFunction } from './bundle.ts';
import { noticesFile, noticesText } from './notices.ts';
import type { ProviderModule } from './provider-module.ts';

/**
 * What Lambda loads: the files under `lambdas/functions`, without `.ts`; each exports `handler`.
 */
export const functionEntries = [
  'intake',
  'start-generation',
  'check-status',
  'start-export',
  'copy-exports',
  'announce-stopped',
  'sweep-ends',
  'send-reply',
] as const;

/** One of {@link functionEntries}. */
export type FunctionEntry = (typeof functionEntries)[number];

/** The file that Lambda loads, in the function's own folder. */
const indexFile = 'index.mjs';

/** The published package's `dist` folder, or the repository. */
const root = fileURLToPath(new URL('../..', import.meta.url));

/** Where a function's code comes from. */
export interface FunctionSource {
  /**
   * `bundle`: made beforehand, as in the published package; `source`: still to be bundled, as in
   * the repository.
   */
  readonly kind: 'bundle' | 'source';
  readonly file: string;
}

/** The bundle that was made beforehand where there is one, and the source otherwise. */
export const functionSource = (entry: FunctionEntry, folder = root): FunctionSource => {
  const made = join(folder, 'functions', entry, indexFile);
  return existsSync(made)
    ? { kind: 'bundle', file: made }
    : { kind: 'source', file: join(folder, 'lambdas', 'functions', `${entry}.ts`) };
};

/** Makes what is deployed of one of our own functions: its bundle, and whose code that holds. */
export const bundleInto = (folder: string, source: string): void => {
  const components = bundleFunction(source, join(folder, indexFile));
  writeFileSync(join(folder, noticesFile), noticesText(components));
};

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/**
 * A function's code: one minified ES module with the locked version of the AWS SDK in it, and
 * beside it the modules of the providers from outside that it needs.
 *
 * @param modules the providers from outside, by name
 */
export const functionCode = (
  entry: FunctionEntry,
  modules: ReadonlyMap<string, ProviderModule>,
): Code => {
  const source = functionSource(entry);
  if (source.kind === 'bundle' && modules.size === 0) return Code.fromAsset(dirname(source.file));
  return Code.fromAsset(dirname(source.file), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Never run: the bundling below does it all, or throws.
      image: DockerImage.fromRegistry('generation-archiver'),
      // Does nothing but tell the functions apart: the CDK makes an asset once for each folder and
      // command.
      command: [
        source.file,
        ...[...modules].flatMap(([name, { _code: code }]) => [name, hashOf(code)]),
      ],
      local: {
        tryBundle: (folder) => {
          if (source.kind === 'bundle') cpSync(dirname(source.file), folder, { recursive: true });
          else bundleInto(folder, source.file);
          for (const [name, { _code: code, _components: components }] of modules) {
            writeFileSync(join(folder, providerModuleFile(name)), code);
            if (components.length > 0)
              writeFileSync(join(folder, `${noticesFile}-${name}`), noticesText(components));
          }
          return true;
        },
      },
    },
  });
};
