import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { contextOfApp, temporaryFolder } from './stack.ts';

/**
 * Runs the CDK app as the CDK command line does: in the project's folder, the context in the
 * environment. No AWS account.
 */
const runApp = (
  context: Readonly<Record<string, unknown>>,
): { status: number | null; stderr: string; outdir: string } => {
  const outdir = temporaryFolder();
  const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'bin/app.ts'], {
    encoding: 'utf8',
    env: {
      PATH: process.env['PATH'],
      CDK_OUTDIR: outdir,
      CDK_CONTEXT_JSON: JSON.stringify({ ...contextOfApp(), ...context }),
    },
  });
  return { status, stderr, outdir };
};

const unbundled = { 'aws:cdk:bundling-stacks': [] };

describe('the CDK app', () => {
  it('has those rules switched on, so that a template they refuse stops synthesis', () => {
    expect(contextOfApp()['@aws-cdk/core:validateAgainstDefaultRules']).toBe(true);
  });

  it(
    "makes a template that CloudFormation's rules accept, from cdk.json and the command line, without an account",
    { timeout: 60_000 },
    () => {
      const { status, stderr, outdir } = runApp({
        ...unbundled,
        generationArchiver: '{"stackName":"From-Command-Line"}',
      });
      expect(stderr).toBe('');
      expect(status).toBe(0);
      expect(existsSync(join(outdir, 'From-Command-Line.template.json'))).toBe(true);
    },
  );

  it(
    'stops at a wrong configuration with the message alone, and no template',
    { timeout: 60_000 },
    () => {
      const { status, stderr, outdir } = runApp({
        ...unbundled,
        generationArchiver: '{"providers":{"duomi":{}},"keyPrefix":"/"}',
      });
      expect(status).toBe(1);
      expect(stderr.trim().split('\n')).toEqual([
        'The configuration of Generation Archiver has 2 problems:',
        expect.stringContaining('keyPrefix is "/": use '),
        expect.stringContaining('providers.duomi.baseUrl is missing: Duomi publishes no address'),
      ]);
      expect(existsSync(join(outdir, 'GenerationArchiver.template.json'))).toBe(false);
    },
  );
});
