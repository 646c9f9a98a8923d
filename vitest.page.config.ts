import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    globalSetup: ['test/temporary-folder.ts'],
    include: ['test/page/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // The second reporter is for machines: `.ci/run` adds its figures up.
    reporters: ['default', ['json', { outputFile: 'reports/page.json' }]],
  },
});
