import { existsSync, readFileSync } from 'node:fs';
import { failedTests } from './failed-tests.ts';

// What failed in a run of all suites stands at its end, where it is looked for.
for (const path of process.argv.slice(2).filter((name) => existsSync(name)))
  for (const failed of failedTests(readFileSync(path, 'utf8'))) console.log(`FAILED ${failed}`);
