import { defineConfig } from 'vitest/config';
import defaultConfig from './vitest.config.ts';

/** Slow tests: crashes, races, and many random cases. */
export default defineConfig({
  ...defaultConfig,
  test: {
    ...defaultConfig.test,
    include: ['test/long/**/*.test.ts'],
    exclude: [],
    globalSetup: 'test/support/build-program.ts',
    testTimeout: 600_000,
  },
});
