import { defineConfig } from 'vitest/config';
import quick from './vitest.config.ts';

/** The shipped program as processes, so it is built first. */
export default defineConfig({
  ...quick,
  test: {
    ...quick.test,
    include: ['test/process/**/*.test.ts'],
    exclude: [],
    globalSetup: 'test/support/build-program.ts',
    testTimeout: 60_000,
  },
});
