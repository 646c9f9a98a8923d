import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codeIn } from './pages.ts';

const page = 'docs/first-change.md';

/** What the commands of the page read and write. */
const parts = [
  'package.json',
  'tsconfig.json',
  '.oxfmtrc.json',
  'vitest.config.ts',
  'test/temporary-folder.ts',
  'lambdas',
  'test/providers',
  'test/support',
  'test/fixtures',
];

const commandAbout = (text: string): string =>
  codeIn(page, 'sh').find((code) => code.includes(text)) ?? `echo 'no command with ${text}'; false`;

const [testChange = '', codeChange = ''] = codeIn(page, 'diff');

describe(
  'the first change of a newcomer, step by step in a copy of the project',
  { timeout: 120_000 },
  () => {
    let folder = '';

    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'generation-archiver-first-change-'));
      for (const part of parts) cpSync(part, join(folder, part), { recursive: true });
      symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
    });

    afterAll(() => {
      rmSync(folder, { recursive: true, force: true });
    });

    const run = (command: string, input = '') => {
      const { status, stdout, stderr } = spawnSync('sh', ['-c', command], {
        cwd: folder,
        input,
        encoding: 'utf8',
        // The copy is nobody's repository, also where it lies within one.
        env: { ...process.env, GIT_CEILING_DIRECTORIES: tmpdir(), NO_COLOR: '1' },
      });
      return { status, said: `${stdout}${stderr}` };
    };

    const apply = (change: string): void => {
      expect(run('git apply -', change)).toEqual({ status: 0, said: '' });
    };

    it('begins with an answer of the provider', () => {
      expect(run(commandAbout('sed '))).toEqual({ status: 0, said: '' });
      expect(existsSync(join(folder, 'test/fixtures/duomi/queued.json'))).toBe(true);
    });

    it('goes on with a test that fails', () => {
      apply(testChange);
      const { status, said } = run(commandAbout('npx vitest'));
      expect(said).toContain('1 failed');
      expect(status).toBe(1);
    });

    it('ends with code that makes it pass, and is laid out as everything is', () => {
      apply(codeChange);
      const { status, said } = run(commandAbout('npx vitest'));
      expect(said).not.toContain('failed');
      expect(status).toBe(0);
      expect(run('npx oxfmt --check lambdas/providers/duomi test/providers/duomi').status).toBe(0);
    });
  },
);
