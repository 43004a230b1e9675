import { defineConfig } from 'vitest/config';
import longConfig from './vitest.long.config.ts';

/** Tests that measure times and memory. They run one file at a time, because other tests would change the figures. */
export default defineConfig({
  ...longConfig,
  test: {
    ...longConfig.test,
    include: ['test/measured/**/*.test.ts'],
    fileParallelism: false,
  },
});
