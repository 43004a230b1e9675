import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const root = fileURLToPath(new URL('..', import.meta.url));

export default defineConfig({
  root,
  resolve: {
    // Two entry points of graphql would load as two copies that do not know each other's types.
    alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }],
  },
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/long/**', 'test/process/**'],
    testTimeout: 20_000,
    // Tests share nothing but modules, and loading those anew for each file takes longer than the tests.
    isolate: false,
    maxWorkers: '100%',
  },
});
