import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Every test that needs nothing but this machine, for `npx vitest run test/…`. */
export default defineConfig({
  // The examples name the package, as their users do.
  resolve: {
    alias: [
      { find: /^generation-archiver$/, replacement: here('lib/index.ts') },
      { find: /^generation-archiver\/events$/, replacement: here('lib/events.ts') },
    ],
  },
  test: {
    globalSetup: ['test/temporary-folder.ts'],
    include: ['test/**/*.test.ts'],
    exclude: ['test/e2e/**', 'test/package/**', 'test/page/**', 'test/s3/**', 'node_modules/**'],
    testTimeout: 20_000,
    // Loading the CDK and the SDK anew for each file costs a third of the whole run; no test
    // changes what another one sees.
    isolate: false,
    // One process less than there are processors is the default: a half of two.
    maxWorkers: '100%',
  },
});
