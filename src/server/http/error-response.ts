import type { GraphQLError } from 'graphql';
import { databaseErrorCodes, type ResponseErrorCode } from '../../shared/expected-error.ts';

const statuses = new Map<unknown, number>([
  ['UNAUTHENTICATED', 401],
  ['RATE_LIMITED', 429],
  ['AUTHENTICATION_UNAVAILABLE', 503],
  ...databaseErrorCodes.map((code) => [code, 503] as const),
  ['TIMEOUT', 504],
]);

/** A response with these errors and no data, because no operation was executed. */
export function errorResponse(
  ResponseType: typeof Response,
  status: number,
  code: ResponseErrorCode,
  ...messages: readonly string[]
): Response {
  const errors = messages.map((message) => ({ message, extensions: { code } }));
  return ResponseType.json({ errors }, { status });
}

/**
 * A response with one GraphQL error and no data. The code of the error decides the HTTP status: 500 for an unknown
 * code.
 */
export function graphqlErrorResponse(
  ResponseType: typeof Response,
  { message, extensions }: GraphQLError,
): Response {
  const status = statuses.get(extensions.code) ?? 500;
  return ResponseType.json(
    { errors: [{ message, extensions }] },
    {
      status,
      headers: {
        ...(status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
        ...('retryAfterSeconds' in extensions ? { 'retry-after': String(extensions.retryAfterSeconds) } : {}),
      },
    },
  );
}
