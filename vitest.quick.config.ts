import { defineConfig, mergeConfig } from 'vitest/config';
import { longTests } from './test/long-tests.ts';
import every from './vitest.config.ts';

/** What every change needs, for `npm test`. */
export default mergeConfig(
  every,
  defineConfig({
    test: {
      exclude: [...longTests],
      // The second reporter is for machines: `.ci/run` adds its figures up.
      reporters: ['default', ['json', { outputFile: 'reports/test.json' }]],
    },
  }),
);
