import { defineConfig } from 'vitest/config';

/** Every test that needs nothing but this machine, for `npx vitest run test/…`. */
export default defineConfig({
  test: {
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
