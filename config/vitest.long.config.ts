import { defineConfig } from 'vitest/config';
import everyday from './vitest.config.ts';

/** What takes too long for every run: one file at a time, since each of them wants the machine for itself. */
export default defineConfig({
  ...everyday,
  test: {
    ...everyday.test,
    include: ['test/long/**/*.test.ts'],
    exclude: [],
    fileParallelism: false,
    testTimeout: 300_000,
  },
});
