import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { checkEnvironmentSchema } from '../../lambdas/contract/environment.ts';
import { resolveSettings } from '../../lib/config/config.ts';
import { functionEntries, functionSource } from '../../lib/functions/function-code.ts';
import { GenerationArchiverStack } from '../../lib/generation-archiver-stack.ts';
import { ProviderModule } from '../../lib/index.ts';
import { definitionsOf } from '../../lib/workflow/definition.ts';
import { createApp, permissionsOf, resourceOf, synthesise, temporaryFolder } from './stack.ts';

const file = 'test/fixtures/acme/provider.ts';

const assetsSchema = z.object({
  files: z.record(
    z.string(),
    z.object({
      displayName: z.string(),
      source: z.object({ path: z.string(), packaging: z.string() }),
    }),
  ),
});

/** A module of one's own, as text. */
const moduleOf = (text: string, name = 'provider.mjs'): string => {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, text);
  return path;
};

describe('a provider from outside the package', () => {
  it('gets its states, its function and its secret like any other', () => {
    const { template } = synthesise({
      providers: {
        gamma: {},
        acme: { module: ProviderModule.fromSource(file), timeoutMinutes: 5 },
      },
    });
    const { States: states } = definitionsOf(template.toJSON()).checks;
    expect(Object.keys(states)).toEqual(
      expect.arrayContaining(['Wait for Acme Decks', 'Check Acme Decks', 'Acme Decks: what next?']),
    );
    const check = resourceOf(
      template,
      'AWS::Lambda::Function',
      'ArchiverStatusChecksCheckAcmeDecks',
    ).properties;
    const { Variables: variables } = check['Environment'] as { Variables: Record<string, string> };
    expect(checkEnvironmentSchema.parse(variables).PROVIDERS).toEqual({
      acme: {
        baseUrl: 'https://api.acme.example',
        timeoutMinutes: 5,
        firstCheckSeconds: 2,
        firstLook: true,
        checkIntervalSeconds: 3,
      },
    });
    expect(
      permissionsOf(template, 'ArchiverStatusChecksCheckAcmeDecks').filter((line) =>
        line.includes('secret'),
      ),
    ).toEqual([expect.stringMatching(/:secret:generation-archiver\/acme\/\*$/)]);
  });

  it(
    'lies beside the bundle of the functions that ask it, which load it at their start',
    { timeout: 120_000 },
    () => {
      const app = createApp({ 'aws:cdk:bundling-stacks': ['**'] });
      const stack = new GenerationArchiverStack(app, 'Archive', {
        archiver: { providers: { acme: { module: ProviderModule.fromSource(file) }, gamma: {} } },
      });
      app.synth();
      const { files } = assetsSchema.parse(
        JSON.parse(readFileSync(join(app.outdir, `${stack.artifactId}.assets.json`), 'utf8')),
      );
      const bundles = Object.values(files).filter(({ source }) => source.packaging === 'zip');
      const withModule = bundles.filter(({ source }) =>
        existsSync(join(app.outdir, source.path, 'provider-acme.mjs')),
      );
      const owners = withModule.flatMap(({ displayName }) => displayName.split('/').slice(1, 2));
      expect(owners.toSorted()).toEqual(['CopyExports', 'StatusChecks']);

      const { PROVIDERS } = (
        resourceOf(
          Template.fromStack(stack),
          'AWS::Lambda::Function',
          'ArchiverStatusChecksCheckAcme',
        ).properties['Environment'] as { Variables: { PROVIDERS: string } }
      ).Variables;
      for (const { source } of withModule) {
        const index = join(app.outdir, source.path, 'index.mjs');
        const script = `console.log(typeof (await import(${JSON.stringify(pathToFileURL(index))})).handler)`;
        const rest = {
          SECRET_PREFIX: 'p',
          ALLOW_INSECURE_SOURCES: 'false',
          BUCKET_NAME: 'decks',
          KEY_PREFIX: '',
          ARCHIVER_NAME: 'Archiver',
        };
        const env = { AWS_REGION: 'eu-west-1', PROVIDERS, ...rest };
        const { stdout, stderr } = spawnSync(
          process.execPath,
          ['--input-type=module', '--eval', script],
          { encoding: 'utf8', env },
        );
        expect(stdout.trim(), stderr).toBe('function');
      }
    },
  );

  it('may be bundled beforehand, and then needs no esbuild', () => {
    const code = `export default { name: 'acme', title: 'Acme', baseUrl: 'https://api.acme.example', pace: {},
      defaults: { timeoutMinutes: 1, firstCheckSeconds: 0, checkIntervalSeconds: 1 },
      statusRequest: ({ baseUrl }) => ({ url: baseUrl, headers: {} }), readStatus: () => ({ kind: 'throttled', message: 'later' }) };`;
    const bundle = moduleOf(code);
    for (const path of [bundle, pathToFileURL(bundle).href]) {
      const module = ProviderModule.fromBundle(path);
      expect(module._code).toBe(code);
      expect(
        resolveSettings({ providers: { acme: { module } } }).providers[0]?.settings.timeoutMinutes,
      ).toBe(1);
    }
  });

  it('leaves nothing behind of its bundling', () => {
    const folder = temporaryFolder();
    const { TMPDIR } = process.env;
    process.env['TMPDIR'] = folder;
    try {
      ProviderModule.fromSource(file);
    } finally {
      if (TMPDIR === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = TMPDIR;
    }
    expect(readdirSync(folder)).toEqual([]);
  });

  it('says which file it cannot use, and why', () => {
    expect(() => ProviderModule.fromSource('no/such/provider.ts')).toThrow(
      /the provider module .*no\/such\/provider\.ts cannot be used: .*/,
    );
    expect(() => ProviderModule.fromSource(moduleOf('export default {'))).toThrow(
      /cannot be used: /,
    );
    expect(() => ProviderModule.fromBundle(moduleOf('await 1; export default {}'))).toThrow(
      /cannot be used: /,
    );
  });

  it("is refused with the others' problems where it is no provider, goes under another name, or lacks a setting", () => {
    const none = ProviderModule.fromBundle(moduleOf('export const acme = {};'));
    expect(() => resolveSettings({ providers: { acme: { module: none } } })).toThrow(
      'providers.acme has no default export',
    );
    expect(() =>
      resolveSettings({ providers: { apex: { module: ProviderModule.fromSource(file) } } }),
    ).toThrow("providers.apex is the module of the provider 'acme': give it under that name");
    expect(() =>
      resolveSettings({
        providers: { acme: { module: ProviderModule.fromSource(file), timeoutMinutes: 0 } },
      }),
    ).toThrow('providers.acme.timeoutMinutes is 0');
    expect(() =>
      resolveSettings({
        providers: { acme: { module: ProviderModule.fromSource(file) }, gama: {} },
      }),
    ).toThrow('did you mean "gamma"?');
  });
});

describe("a function's code", () => {
  it('is the bundle that was made beforehand where there is one, and bundled from source otherwise', () => {
    const folder = temporaryFolder();
    expect(functionSource('intake', folder)).toEqual({
      kind: 'source',
      file: join(folder, 'lambdas/functions/intake.ts'),
    });
    const file = join(folder, 'functions', 'intake', 'index.mjs');
    spawnSync('mkdir', ['-p', join(folder, 'functions', 'intake')]);
    writeFileSync(file, '');
    expect(functionSource('intake', folder)).toEqual({ kind: 'bundle', file });
  });

  it('has a source for every function in the repository', () => {
    for (const entry of functionEntries) {
      expect(existsSync(functionSource(entry).file)).toBe(true);
    }
  });
});
