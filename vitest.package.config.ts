import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    globalSetup: ['test/temporary-folder.ts'],
    include: ['test/package/**/*.test.ts'],
    env: { NODE_NO_WARNINGS: '1', REPORTS_OF: 'package' },
    // A compiler and a CDK app each: as many as a small machine has cores.
    maxConcurrency: 2,
    testTimeout: 180_000,
    // Packs, installs three times, writes the sources of other languages and starts the emulator.
    hookTimeout: 420_000,
    // The second reporter is for machines: `.ci/run` adds its figures up.
    reporters: ['default', ['json', { outputFile: 'reports/package.json' }]],
  },
});
