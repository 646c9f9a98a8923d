import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { GenerationArchiverStack } from '../../lib/generation-archiver-stack.ts';
import { createApp } from './stack.ts';

const assetsSchema = z.object({
  files: z.record(
    z.string(),
    z.object({
      displayName: z.string(),
      source: z.object({ path: z.string(), packaging: z.string() }),
    }),
  ),
});

const gamma = {
  baseUrl: 'https://api.example.com',
  timeoutMinutes: 60,
  checkIntervalSeconds: 5,
  firstCheckSeconds: 0,
};

/** Everything that any of the functions reads at its start. */
const environment = {
  AWS_REGION: 'eu-central-1',
  PROVIDERS: JSON.stringify({ gamma }),
  SECRET_PREFIX: 'generation-archiver',
  ALLOW_INSECURE_SOURCES: 'false',
  BUCKET_NAME: 'decks',
  KEY_PREFIX: '',
  ARCHIVER_NAME: 'Archiver',
  EVENT_BUS_NAME: 'generation-archiver',
  STATE_MACHINE_ARN: 'arn:aws:states:eu-central-1:123456789012:stateMachine:archiver',
};

/** A package of 250 MB may be deployed, but every megabyte is read at each cold start. */
const maxBundleBytes = 1.1 * 1024 * 1024;

/**
 * Tells what the module exports, and whether Node.js has loaded its own HTTP client, which takes
 * long and nobody uses.
 */
const loadScript = (file: string): string => `
  const { handler } = await import(${JSON.stringify(file)});
  console.log(typeof handler, process.moduleLoadList.some((name) => name.includes('undici')));
`;

describe('the bundle of every function', () => {
  it(
    'is small, loads by itself and nothing that it does not need, and exports a handler',
    { timeout: 120_000 },
    () => {
      const app = createApp({ 'aws:cdk:bundling-stacks': ['**'] });
      const stack = new GenerationArchiverStack(app, 'Archive', {
        archiver: { providers: { gamma: {} } },
      });
      app.synth();

      const assets = assetsSchema.parse(
        JSON.parse(readFileSync(join(app.outdir, `${stack.artifactId}.assets.json`), 'utf8')),
      );
      const bundles = Object.values(assets.files).filter(
        ({ source }) => source.packaging === 'zip',
      );
      expect(bundles).toHaveLength(7);
      for (const { displayName, source } of bundles) {
        const file = join(app.outdir, source.path, 'index.mjs');
        expect(statSync(file).size, displayName).toBeLessThan(maxBundleBytes);
        // Node.js 20 loads no more for it; that of Lambda does.
        const code = readFileSync(file, 'utf8');
        expect(
          code.match(/from ?"(?:node:)?(?:http2?|process|fs|fs\/promises)"/)?.[0],
          displayName,
        ).toBeUndefined();
        // Downloads alone are worth an HTTP client of their own.
        expect(code.includes('undici.error.'), displayName).toBe(
          displayName.includes('CopyExports'),
        );
        // Lambda gives credentials in the environment: no other source of them is asked.
        expect(code.includes('AWS_CONTAINER_CREDENTIALS_FULL_URI'), displayName).toBe(false);
        const node = [
          process.execPath,
          ['--input-type=module', '--eval', loadScript(file)],
        ] as const;
        const { stdout, stderr } = spawnSync(...node, { encoding: 'utf8', env: environment });
        expect(stdout.trim(), `${displayName}: ${stderr}`).toBe('function false');
      }
    },
  );
});
