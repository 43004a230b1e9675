import { assertAuthScopes } from './auth-scope-check.ts';
import { builder } from './declared-types.ts';

export const schema = builder.toSchema();

assertAuthScopes(schema);
