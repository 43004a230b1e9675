import { defineConfig } from 'vitest/config';
import quick from './vitest.config.ts';

/** Long searches, one file at a time: each of them needs the whole machine. */
export default defineConfig({
  ...quick,
  test: {
    ...quick.test,
    include: ['test/long/**/*.test.ts'],
    exclude: [],
    globalSetup: 'test/support/build-program.ts',
    fileParallelism: false,
    testTimeout: 300_000,
  },
});
