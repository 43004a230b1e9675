import { PothosValidationError } from '@pothos/core';
import type { GraphQLError } from 'graphql';
import type { Principal } from '../domain/principal.ts';
import type { ResponseErrorCode } from '../shared/expected-error.ts';
import { termOr, type Wording, wording } from '../shared/wording.ts';
import { wordedError } from './error-wording.ts';

/** Creates the error for an invalid query argument or scalar value, for which the schema has no error type. */
export function badUserInput(message: Wording | string, suggestion: Wording | string | null): GraphQLError {
  return wordedError(suggestion === null ? wording`${message}` : wording`${message}. ${suggestion}`, {
    extensions: { code: 'BAD_USER_INPUT' satisfies ResponseErrorCode },
  });
}

/** Whether Pothos, the schema library, rejected an argument before it called the resolver. */
export function isArgumentError(error: unknown): boolean {
  return error instanceof PothosValidationError;
}

/** Creates the error for a client whose role does not allow the field. */
export function forbidden({ name, role }: Pick<Principal, 'name' | 'role'>, field: string): GraphQLError {
  return wordedError(
    wording`'${name}' may not call ${termOr(field)}: the role ${role} does not allow it. Nothing was changed. Use a token with a higher role, or ask the operator to create one`,
    { extensions: { code: 'FORBIDDEN' satisfies ResponseErrorCode } },
  );
}
