import { builder } from './all-types.ts';
import { assertAuthScopes } from './auth-scope-check.ts';
import { resolveNodeIdsAtOnce } from './node-ids.ts';

export const schema = builder.toSchema();

assertAuthScopes(schema);
resolveNodeIdsAtOnce(schema);
