import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ProviderConfig } from '../props.ts';
import { bundle } from './bundle.ts';

const load = createRequire(import.meta.url);

/**
 * A provider from outside this package: its code, as it is deployed, and its settings. See {@link
 * Provider}.
 */
export class ProviderModule {
  /** What the module exports, unchecked. */
  readonly exported: unknown;
  /** Text of one ES module with everything in it. */
  readonly code: string;
  readonly settings: ProviderConfig;

  /** @param file one ES module with everything in it */
  constructor(file: string, settings: ProviderConfig) {
    this.code = readFileSync(file, 'utf8');
    this.settings = settings;
    // What synthesis knows of the provider comes from the very code that the functions will run.
    this.exported = load(file);
  }
}

const pathOf = (module: string | URL): string =>
  module instanceof URL || module.startsWith('file:') ? fileURLToPath(module) : resolve(module);

/** Says which file it is about. */
const about = <T>(path: string, use: () => T): T => {
  try {
    return use();
  } catch (error) {
    throw new Error(
      `the provider module ${path} cannot be used: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  }
};

/**
 * Makes a provider of one's own deployable, without a change to this package: a file whose default
 * export is a `Provider` (see `generation-archiver/provider`). Used under the provider's name:
 * `providers: { acme: Provider.fromModule('./acme.ts') }`.
 */
export const providerFrom = {
  /**
   * From source, TypeScript or JavaScript: bundled at synthesis with esbuild, which the app must
   * have installed.
   *
   * @param module path of the file, or its URL: `new URL('./acme.ts', import.meta.url)`
   * @throws where it cannot be bundled or loaded
   */
  fromModule: (module: string | URL, settings: ProviderConfig = {}): ProviderModule => {
    const path = pathOf(module);
    const folder = mkdtempSync(join(tmpdir(), 'generation-archiver-provider-'));
    const file = join(folder, 'provider.mjs');
    try {
      return about(path, () => {
        bundle(path, file);
        return new ProviderModule(file, settings);
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
  /**
   * From an ES module that was bundled beforehand: one file that imports nothing but Node's own
   * modules. Needs no esbuild.
   *
   * @param bundle path of the file, or its URL
   * @throws where it cannot be loaded
   */
  fromBundle: (bundle: string | URL, settings: ProviderConfig = {}): ProviderModule => {
    const path = pathOf(bundle);
    return about(path, () => new ProviderModule(path, settings));
  },
};
