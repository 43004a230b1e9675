import { PothosValidationError } from '@pothos/core';
import type { GraphQLError } from 'graphql';
import type { Principal } from '../domain/principal.ts';
import type { ResponseErrorCode } from '../shared/expected-error.ts';
import { termOr, type Wording, wording } from '../shared/wording.ts';
import { wordedError } from './error-wording.ts';

/** The error for invalid arguments of queries and invalid scalar values, for which there is no result union. */
export function badUserInput(message: Wording | string, suggestion: Wording | string | null): GraphQLError {
  return wordedError(suggestion === null ? wording`${message}` : wording`${message}. ${suggestion}`, {
    extensions: { code: 'BAD_USER_INPUT' satisfies ResponseErrorCode },
  });
}

/** Whether Pothos rejected an argument before the resolver was called. */
export function isArgumentError(error: unknown): boolean {
  return error instanceof PothosValidationError;
}

/** The error for a field that the role of the token does not allow. */
export function forbidden({ name, role }: Pick<Principal, 'name' | 'role'>, field: string): GraphQLError {
  return wordedError(
    wording`'${name}' may not call ${termOr(field)}: the role ${role} does not allow it. Nothing was changed. Use a token with a higher role, or ask the operator to create one`,
    { extensions: { code: 'FORBIDDEN' satisfies ResponseErrorCode } },
  );
}
