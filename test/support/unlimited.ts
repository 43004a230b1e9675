import { readConfig } from '../../src/config.ts';
import type { Limits } from '../../src/limits.ts';

/** For tests that ask for more than any client may. */
export const unlimited: Limits = {
  ...readConfig({}).limits,
  queryTokens: Infinity,
  queryDepth: Infinity,
  queryAliases: Infinity,
  queryComplexity: Infinity,
};
