import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectFolder } from '../../e2e/harness/folders.ts';
import { readPackage, run } from '../harness/commands.ts';
import type { World } from '../harness/world.ts';

/**
 * Most that the package may weigh unpacked, in bytes: the bundles of the functions are the most of
 * it.
 */
const maxUnpackedBytes = 12 * 1024 * 1024;

/** Most that the package may weigh packed, in bytes: those of the other languages hold it whole. */
const maxPackedBytes = 3.5 * 1024 * 1024;

/** What an API key or a credential looks like: none may be published. */
const secrets = /sk-(?:gamma-)?[A-Za-z0-9]{20}|AKIA[0-9A-Z]{16}|-----BEGIN [A-Z ]*PRIVATE KEY/;

/** What the package holds. */
export const contents = (world: () => World): void => {
  const files = (): string[] =>
    readdirSync(world().unpacked, { recursive: true, encoding: 'utf8' }).filter((name) =>
      statSync(join(world().unpacked, name)).isFile(),
    );
  const textOf = (name: string): string => readFileSync(join(world().unpacked, name), 'utf8');

  describe('the package', () => {
    it('holds the library, its sources, the functions and the schemas, and nothing else', () => {
      const tops = new Set(
        files().map((name) =>
          name
            .split('/')
            .slice(0, name.startsWith('dist/') || name.startsWith('lambdas/') ? 2 : 1)
            .join('/'),
        ),
      );
      expect([...tops].toSorted()).toEqual([
        '.jsii',
        'CHANGELOG.md',
        'LICENSE',
        'README.md',
        'THIRD_PARTY_NOTICES',
        'dist/console',
        'dist/functions',
        'dist/lambdas',
        'dist/lib',
        'dist/zod',
        'docs',
        'lambdas/contract',
        'lambdas/polling',
        'lambdas/providers',
        'lib',
        'package.json',
      ]);
      expect(files().filter((name) => /test|fixture|\.env|\.npmrc|simulator/i.test(name))).toEqual(
        [],
      );
      expect(
        files().reduce((sum, name) => sum + statSync(join(world().unpacked, name)).size, 0),
      ).toBeLessThan(maxUnpackedBytes);
    });

    it('has the command line in it, which needs nothing beside it', async () => {
      const program = join(world().unpacked, 'dist/console/stack.mjs');
      expect(textOf('dist/console/stack.mjs')).toMatch(/^#!\/usr\/bin\/env node\n/);
      const { version } = readPackage(world().unpacked);
      expect((await run(world().unpacked, process.execPath, program, '--version')).trim()).toBe(
        version,
      );
      expect(await run(world().unpacked, process.execPath, program, '--help')).toContain(
        'Operates a deployed Generation Archiver',
      );
      expect(textOf('dist/console/THIRD_PARTY_NOTICES')).toMatch(/^hono$/m);
      expect(files()).toContain('dist/console/assets/page.css');
    });

    it('has the licences of the code of others in it, and beside each function', () => {
      const functions = files().filter((name) => /^dist\/functions\/[^/]+\/index\.mjs$/.test(name));
      expect(functions.length).toBeGreaterThan(6);
      for (const name of ['THIRD_PARTY_NOTICES', ...functions]) {
        const notices = textOf(name.replace('index.mjs', 'THIRD_PARTY_NOTICES'));
        expect(notices, name).toMatch(/^@smithy\/core$/m);
        expect(notices, name).toContain('Apache License');
      }
    });

    it('holds no secret, no path of the machine that made it, and no source map but those of the declarations', () => {
      for (const name of files()) {
        const text = textOf(name);
        expect(secrets.test(text), name).toBe(false);
        expect(text.includes(projectFolder), name).toBe(false);
        if (name.endsWith('.map')) expect(name).toMatch(/\.d\.ts\.map$/);
      }
    });

    it('has declaration maps that lead to sources in it', () => {
      const maps = files().filter((name) => name.endsWith('.d.ts.map'));
      expect(maps.length).toBeGreaterThan(20);
      for (const map of maps) {
        const { sources } = JSON.parse(textOf(map)) as { sources: string[] };
        for (const source of sources) expect(files(), map).toContain(join(map, '..', source));
      }
    });

    it('depends on nothing, and takes the CDK from the app', () => {
      const { dependencies, peerDependencies: peers = {} } = readPackage(world().unpacked);
      expect(dependencies).toBeUndefined();
      expect(Object.keys(peers)).toEqual(['aws-cdk-lib', 'constructs']);
    });

    it('carries the parts of zod that it needs, and imports it from nowhere else', () => {
      expect(files()).toContain('dist/zod/LICENSE');
      expect(files().filter((name) => name.startsWith('dist/zod/')).length).toBeLessThan(150);
      for (const name of files().filter((file) =>
        /^dist\/(lib|lambdas)\/.*\.(js|d\.ts)$/.test(file),
      ))
        expect(textOf(name), name).not.toMatch(/(from |import\()["']zod/);
    });

    it('is small enough for every registry', () => {
      expect(statSync(world().tarball).size).toBeLessThan(maxPackedBytes);
    });

    it('is what publint calls right', async () => {
      const program = join(projectFolder, 'node_modules/publint/src/cli.js');
      expect(
        await run(projectFolder, process.execPath, program, '--strict', world().tarball),
      ).toContain('All good!');
    });

    it('has types that every module resolution of today finds', async () => {
      const program = join(projectFolder, 'node_modules/@arethetypeswrong/cli/dist/index.js');
      // It ends with an error where something is wrong.
      expect(
        await run(
          projectFolder,
          process.execPath,
          program,
          '--profile',
          'esm-only',
          world().tarball,
        ),
      ).toContain('node16 (from ESM): 🟢');
    });
  });
};
