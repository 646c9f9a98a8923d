import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { onePdf } from '../../e2e/harness/decks.ts';
import { projectFolder } from '../../e2e/harness/folders.ts';
import { readObject } from '../../e2e/harness/observe.ts';
import { collectResults } from '../../e2e/harness/result-events.ts';
import { run, runInstalled } from '../harness/commands.ts';
import type { World } from '../harness/world.ts';

const quick = { firstCheckSeconds: 1, checkIntervalSeconds: 1 };

/** A new app with the package, the CDK and a compiler in it, and no esbuild. */
export const freshApp = (world: () => World): void => {
  describe('in a fresh app', () => {
    it('needs no esbuild', () => {
      expect(existsSync(join(world().fresh, 'node_modules/generation-archiver'))).toBe(true);
      expect(existsSync(join(world().fresh, 'node_modules/esbuild'))).toBe(false);
    });

    it('bundles a provider of its own with the esbuild of the working directory, and says how to get one', async () => {
      const made = join(world().fresh, 'node_modules/generation-archiver/dist/lib/index.js');
      const acme = join(world().workspace, 'examples/own-provider/acme.ts');
      const program = `import { ProviderModule } from ${JSON.stringify(made)}; ProviderModule.fromSource(${JSON.stringify(acme)}); console.log('bundled');`;
      const evaluate = [process.execPath, '--input-type=module', '--eval', program] as const;
      expect(await run(projectFolder, ...evaluate)).toContain('bundled');
      await expect(run(world().fresh, ...evaluate)).rejects.toThrow(
        'install it with "npm install --save-dev esbuild"',
      );
    });

    it('compiles, with what the documentation shows, and its declarations checked as strictly as an app may', async () => {
      await runInstalled(world().fresh, 'typescript/bin/tsc');
      const documented = [1, 2, 3].map((number) => `documented-${number}.js`);
      for (const made of ['app.js', 'commonjs.cjs', ...documented])
        expect(existsSync(join(world().fresh, made)), made).toBe(true);
    });

    it('can be required by an app of CommonJS, and has the schemas of the events', async () => {
      expect(await run(world().fresh, process.execPath, 'commonjs.cjs')).toContain(
        'GenerationArchiver Generation Archived',
      );
    });

    it('deploys, and archives a generation', async () => {
      const { simulator, aws } = world();
      const props = {
        allowInsecureSources: true,
        providers: { gamma: { baseUrl: simulator.baseUrl('gamma'), ...quick } },
      };
      const output = await world().deploy(world().fresh, 'node app.js', 'FreshApp', props);
      await world().storeKey('gamma', simulator.apiKey('gamma'));
      const results = await collectResults(aws, output('EventBusName'));
      try {
        const { generationId, files } = simulator.add({
          provider: 'gamma',
          script: [{ says: 'completed' }],
          files: onePdf(),
        });
        await world().send(output('EventBusName'), { provider: 'gamma', generationId });
        await results.next(generationId, 'Generation Archived');
        const { sha256 } = await readObject(
          aws,
          output('ArtifactsBucketName'),
          `gamma/${generationId}/presentation.pdf`,
        );
        expect(sha256).toBe(files[0]?.sha256);
      } finally {
        await results.stop();
      }
    });
  });
};
