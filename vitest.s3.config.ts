import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/s3/**/*.test.ts'],
    // One S3 server for all of it; each file has a bucket of its own.
    globalSetup: ['test/temporary-folder.ts', 'test/s3/setup.ts'],
    fileParallelism: false,
    maxConcurrency: 3,
    env: { NODE_NO_WARNINGS: '1' },
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // The second reporter is for machines: `.ci/run` adds its figures up.
    reporters: ['default', ['json', { outputFile: 'reports/s3.json' }]],
  },
});
