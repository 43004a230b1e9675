import { PothosValidationError } from '@pothos/core';
import { GraphQLError } from 'graphql';
import type { Principal } from '../domain/principal.ts';

/** The error for invalid input where no result union can carry it: arguments of queries, and scalar values. */
export function badUserInput(message: string, suggestion: string | null): GraphQLError {
  return new GraphQLError(suggestion === null ? message : `${message}. ${suggestion}`, {
    extensions: { code: 'BAD_USER_INPUT' },
  });
}

/** Whether Pothos rejected an argument before the resolver was called. */
export function isArgumentError(error: unknown): boolean {
  return error instanceof PothosValidationError;
}

/** The error for a field that the role of the token does not allow. */
export function forbidden({ name, role }: Pick<Principal, 'name' | 'role'>, field: string): GraphQLError {
  return new GraphQLError(
    `'${name}' may not call ${field}: the role ${role} does not allow it. Nothing was changed. Use a token with a higher role, or ask the operator to create one`,
    { extensions: { code: 'FORBIDDEN' } },
  );
}
