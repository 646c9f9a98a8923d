import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    globalSetup: ['test/temporary-folder.ts'],
    include: ['test/e2e/**/*.test.ts'],
    // One deployment for all of it: what runs side by side is decided within the file.
    fileParallelism: false,
    maxConcurrency: 20,
    env: { NODE_NO_WARNINGS: '1' },
    testTimeout: 400_000,
    hookTimeout: 180_000,
    // The second reporter is for machines: `.ci/run` adds its figures up.
    reporters: ['default', ['json', { outputFile: 'reports/e2e.json' }]],
  },
});
