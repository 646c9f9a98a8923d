import { defineConfig } from 'vitest/config';
import { longTests } from './test/long-tests.ts';
import every from './vitest.config.ts';

/** What takes long, for `npm run test:long`. */
export default defineConfig({
  test: {
    ...every.test,
    include: [...longTests],
    // Whole commands, each a process: a busy machine takes several times as long as an idle one.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // The second reporter is for machines: `.ci/run` adds its figures up.
    reporters: ['default', ['json', { outputFile: 'reports/long.json' }]],
  },
});
