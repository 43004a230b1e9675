import { builder } from './all-types.ts';
import { assertAuthScopes } from './auth-scope-check.ts';
import { resolveNodeIdsAtOnce } from './node-ids.ts';
import { yieldInHeavyOperations } from './yielding-fields.ts';

export const schema = builder.toSchema();

assertAuthScopes(schema);
resolveNodeIdsAtOnce(schema);
yieldInHeavyOperations(schema);
