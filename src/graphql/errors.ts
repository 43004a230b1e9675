import { PothosValidationError } from '@pothos/core';
import { GraphQLError } from 'graphql';

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
