import { PothosValidationError } from '@pothos/core';
import { GraphQLError } from 'graphql';
import type { Principal } from '../domain/principal.ts';

/** An error for what stands outside a mutation's own answers: arguments of queries, values of scalars. */
export function badUserInput(message: string, suggestion: string | null): GraphQLError {
  return new GraphQLError(suggestion === null ? message : `${message}. ${suggestion}`, {
    extensions: { code: 'BAD_USER_INPUT' },
  });
}

/** Whether an argument was refused before a resolver saw it. */
export function isRefusedArgument(error: unknown): boolean {
  return error instanceof PothosValidationError;
}

/** An error for a field that is not for everybody. */
export function roleMissing({ name, role }: Pick<Principal, 'name' | 'role'>, field: string): GraphQLError {
  return new GraphQLError(
    `'${name}' may not call ${field}: that is more than the role ${role} allows. Ask with a token of a higher role, or have the operator make one; nothing was changed`,
    { extensions: { code: 'FORBIDDEN' } },
  );
}
