import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { QuickStart } from './test-order.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

export default defineConfig({
  root,
  resolve: {
    // Without the alias, two copies of graphql are loaded, and each rejects the types of the other.
    alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }],
  },
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/attacks/**', 'test/long/**', 'test/measured/**', 'test/process/**'],
    testTimeout: 20_000,
    // Test files share only modules. Loading the modules again for each file would take longer than the tests.
    isolate: false,
    maxWorkers: '100%',
    sequence: { sequencer: QuickStart },
  },
});
