import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ViteUserConfig } from 'vitest/config';
import e2e from '../../vitest.e2e.config.ts';
import long from '../../vitest.long.config.ts';
import packaged from '../../vitest.package.config.ts';
import page from '../../vitest.page.config.ts';
import quick from '../../vitest.quick.config.ts';
import s3 from '../../vitest.s3.config.ts';
import { longTests } from '../long-tests.ts';

/** Each suite's configuration, by the script that runs it. */
const suites: Readonly<Record<string, ViteUserConfig>> = {
  'npm test': quick,
  'npm run test:long': long,
  'npm run test:e2e': e2e,
  'npm run test:package': packaged,
  'npm run test:page': page,
  'npm run test:s3': s3,
};

const testFiles = readdirSync('test', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.test.ts'))
  .map((name) => join('test', name));

/** The patterns that the configurations use: a folder's files at any depth, or one file. */
const matches = (file: string, pattern: string): boolean => {
  const [folder = '', rest] = pattern.split('/**');
  return rest === undefined ? file === pattern : file.startsWith(`${folder}/`);
};

const isIn = (file: string, { test }: ViteUserConfig): boolean =>
  (test?.include ?? []).some((pattern) => matches(file, pattern)) &&
  !(test?.exclude ?? []).some((pattern) => matches(file, pattern));

const suitesOf = (file: string): string[] =>
  Object.keys(suites).filter((suite) => isIn(file, suites[suite] ?? {}));

describe('the suites', () => {
  it('run every test file, each in one of them', () => {
    const astray = testFiles.filter((file) => suitesOf(file).length !== 1);
    expect(astray.map((file) => `${file}: ${suitesOf(file).join(', ')}`)).toEqual([]);
    expect(testFiles.length).toBeGreaterThan(100);
  });

  it('know no long test that is not there', () => {
    expect(longTests.filter((file) => !testFiles.includes(file))).toEqual([]);
  });

  it('are all run by .ci/run, with a report of its own each', () => {
    const steps = readFileSync('.ci/run', 'utf8');
    for (const [script, { test }] of Object.entries(suites)) {
      const [, report] = new RegExp(`^step '${script}' (\\S+) ${script}$`, 'm').exec(steps) ?? [];
      expect(report, script).toBeDefined();
      expect(JSON.stringify(test?.reporters), script).toContain(report);
    }
  });
});
