import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle } from './bundle.ts';
import type { Component } from './notices.ts';

const load = createRequire(import.meta.url);

const pathOf = (file: string | URL): string =>
  file instanceof URL || file.startsWith('file:') ? fileURLToPath(file) : resolve(file);

/** Says which file an error is about. */
const naming = <T>(path: string, use: () => T): T => {
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
 * A provider of your own, deployable without a change to this package: a file whose default export
 * is a `Provider`. It stands under that provider's name: `providers: { acme: { module:
 * ProviderModule.fromSource('./acme.ts') } }`.
 */
export class ProviderModule {
  /**
   * From source, TypeScript or JavaScript: bundled at synthesis with esbuild, which must be
   * installed beside the app.
   *
   * @param path path of the file, or its `file:` address
   */
  static fromSource(path: string): ProviderModule {
    const source = pathOf(path);
    const folder = mkdtempSync(join(tmpdir(), 'generation-archiver-provider-'));
    const file = join(folder, 'provider.mjs');
    try {
      return naming(source, () => {
        const components = bundle(source, file);
        return new ProviderModule(file, components);
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  /**
   * From an ES module that was bundled beforehand: one file that imports nothing but Node's own
   * modules. Needs no esbuild.
   *
   * @param path path of the file, or its `file:` address
   */
  static fromBundle(path: string): ProviderModule {
    const file = pathOf(path);
    return naming(file, () => new ProviderModule(file, []));
  }

  /**
   * Text of one ES module with everything in it.
   *
   * @internal
   */
  readonly _code: string;
  /**
   * What the module exports, unchecked. It comes from the very code that the functions will run.
   *
   * @internal
   */
  readonly _exported: unknown;

  /**
   * Whose code it holds, where that is known.
   *
   * @internal
   */
  readonly _components: readonly Component[];

  private constructor(file: string, components: readonly Component[]) {
    this._components = components;
    this._code = readFileSync(file, 'utf8');
    this._exported = load(file);
  }
}
