import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const reportSchema = z.object({ numFailedTests: z.int(), numPassedTests: z.int() });

/**
 * Runs the tests of the policy in a copy of the project.
 *
 * @returns how many failed until the run was given up, and how many passed
 * @throws where no test ran: a mutant that cannot be loaded proves nothing
 */
export const runTests = async (
  folder: string,
): Promise<{ readonly failed: number; readonly passed: number }> => {
  const report = join(folder, 'report.json');
  rmSync(report, { force: true });
  const options = [
    'run',
    '--root',
    folder,
    '--bail',
    '1',
    '--no-file-parallelism',
    '--no-isolate',
    '--reporter',
    'json',
    '--outputFile',
    report,
    'test/polling',
  ];
  const child = spawn(
    process.execPath,
    [join(folder, 'node_modules/vitest/vitest.mjs'), ...options],
    { cwd: folder, stdio: 'ignore' },
  );
  await once(child, 'close');
  const { numFailedTests: failed, numPassedTests: passed } = reportSchema.parse(
    JSON.parse(readFileSync(report, 'utf8')),
  );
  if (failed + passed === 0) throw new Error(`no test of the policy ran in ${folder}`);
  return { failed, passed };
};
