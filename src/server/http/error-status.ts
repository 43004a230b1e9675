import type { GraphQLError } from 'graphql';
import { databaseErrorCodes } from '../../db/errors.ts';

const statuses = new Map<unknown, number>([
  ['UNAUTHENTICATED', 401],
  ['RATE_LIMITED', 429],
  ['AUTHENTICATION_UNAVAILABLE', 503],
  ...databaseErrorCodes.map((code) => [code, 503] as const),
  ['TIMEOUT', 504],
]);

/** The status of an answer that holds nothing but this error. Errors that nobody gave a code are faults of the server. */
export function statusOf({ extensions }: GraphQLError): number {
  return statuses.get(extensions.code) ?? 500;
}
