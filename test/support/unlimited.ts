import { readConfig } from '../../src/server/config.ts';
import type { Limits } from '../../src/graphql/limits/limits.ts';

/** For tests that ask for more than any client may. */
export const unlimited: Limits = {
  ...readConfig({}).limits,
  queryTokens: Infinity,
  queryDepth: Infinity,
  queryAliases: Infinity,
  queryComplexity: Infinity,
};
