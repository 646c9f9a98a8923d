import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/**
 * A folder of the test's own, gone when the test is over.
 *
 * @param whenFinished the test's own hook, which tests that run side by side need
 */
export const temporaryFolder = async (
  whenFinished: typeof onTestFinished = onTestFinished,
): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'archiver-test-'));
  whenFinished(async () => {
    await rm(folder, { recursive: true, force: true });
  });
  return folder;
};
