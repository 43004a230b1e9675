import { defineConfig } from 'vitest/config';
import defaultConfig from './vitest.config.ts';

/** Slow tests. They run one file at a time, because each of them uses the whole machine. */
export default defineConfig({
  ...defaultConfig,
  test: {
    ...defaultConfig.test,
    include: ['test/long/**/*.test.ts'],
    exclude: [],
    globalSetup: 'test/support/build-program.ts',
    fileParallelism: false,
    testTimeout: 300_000,
  },
});
