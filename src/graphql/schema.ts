import { builder } from './all-types.ts';
import { assertAuthScopes } from './auth-scope-check.ts';

export const schema = builder.toSchema();

assertAuthScopes(schema);
