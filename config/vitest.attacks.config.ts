import { defineConfig } from 'vitest/config';
import defaultConfig from './vitest.config.ts';

/** Attacks on the built program. They run one file at a time, because they measure times. */
export default defineConfig({
  ...defaultConfig,
  test: {
    ...defaultConfig.test,
    include: ['test/attacks/**/*.test.ts'],
    exclude: [],
    globalSetup: 'test/support/build-program.ts',
    fileParallelism: false,
    // Each test prints what it measured.
    disableConsoleIntercept: true,
    testTimeout: 120_000,
    hookTimeout: 60_000,
  },
});
