/**
 * `npm run test:mutations`: breaks each rule of the polling policy on purpose, one at a time, and
 * expects its tests to notice. A mutant that survives is a rule that nothing tests: the script
 * fails.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeReport } from '../../bench/shared/targets.ts';
import { mutants, mutated, type Mutant } from './mutants.ts';
import { runTests } from './run-tests.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** What the tests of the policy need, in a folder that may be changed. */
const copyProject = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'generation-archiver-mutations-'));
  for (const path of [
    'lambdas',
    'lib',
    'local',
    'tools',
    'test/polling',
    'test/support',
    'test/fixtures/polling',
    'package.json',
    'tsconfig.json',
  ]) {
    cpSync(join(root, path), join(folder, path), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return folder;
};

/** Applies a mutant, runs the tests, and takes it back. @returns whether a test noticed */
const isKilled = async (folder: string, mutant: Mutant): Promise<boolean> => {
  const file = join(folder, 'lambdas/polling', mutant.file);
  const source = readFileSync(file, 'utf8');
  writeFileSync(file, mutated(source, mutant));
  try {
    return (await runTests(folder)).failed > 0;
  } finally {
    writeFileSync(file, source);
  }
};

const folders = Array.from({ length: Math.min(2, availableParallelism()) }, copyProject);
try {
  const [first = ''] = folders;
  const sound = await runTests(first);
  if (sound.failed > 0 || sound.passed === 0)
    throw new Error('the tests fail without a mutant: there is nothing to learn from them');

  const waiting = [...mutants];
  const survivors: Mutant[] = [];
  const work = async (folder: string): Promise<void> => {
    for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
      if (await isKilled(folder, mutant)) continue;
      survivors.push(mutant);
      say(`SURVIVED  ${mutant.file}: ${mutant.rule}`);
    }
  };
  await Promise.all(folders.map(work));

  const name = 'rules of the polling policy that no test misses when they are broken';
  const measured = `${mutants.length - survivors.length} of ${mutants.length}`;
  const targets = [{ name, target: 'all', measured, met: survivors.length === 0 }];
  say(`${name}: ${measured}`);
  say(`report: ${writeReport('mutations', { targets, survivors })}`);
  process.exitCode = survivors.length === 0 ? 0 : 1;
} finally {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}
