import { readConfig } from '../../src/server/config.ts';
import type { Limits } from '../../src/graphql/limits/limits.ts';

/** For tests that exceed the limits of a client. */
export const unlimited: Limits = {
  ...readConfig({}).limits,
  queryTokens: Infinity,
  queryDepth: Infinity,
  queryAliases: Infinity,
  queryComplexity: Infinity,
};
