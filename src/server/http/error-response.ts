import type { GraphQLError } from 'graphql';
import { missingErrors, mostErrors } from '../../graphql/short-errors.ts';
import { withShortValues } from '../../shared/short-values.ts';
import { databaseErrorCodes, missingNameCodes, type ResponseErrorCode } from '../../shared/expected-error.ts';

const statuses = new Map<unknown, number>([
  ['BAD_USER_INPUT', 400],
  ['UNAUTHENTICATED', 401],
  ...missingNameCodes.map((code) => [code, 404] as const),
  ['ANSWER_TOO_LARGE', 400],
  ['RATE_LIMITED', 429],
  ['AUTHENTICATION_UNAVAILABLE', 503],
  ...databaseErrorCodes.map((code) => [code, 503] as const),
  ['TIMEOUT', 504],
]);

/** Creates a response with one error for each message, and without data. The number and length of errors is limited. */
export function errorResponse(
  ResponseType: typeof Response,
  status: number,
  code: ResponseErrorCode,
  ...messages: readonly string[]
): Response {
  const missing = messages.length - mostErrors;
  const shown = missing > 0 ? [...messages.slice(0, mostErrors - 1), missingErrors(missing + 1)] : messages;
  const errors = shown.map((message) => ({ message: withShortValues(message), extensions: { code } }));
  return ResponseType.json({ errors }, { status });
}

/**
 * Creates a response with one GraphQL error and no data. The error code decides the HTTP status, and an unknown code
 * has status 500.
 */
export function graphqlErrorResponse(
  ResponseType: typeof Response,
  { message, extensions: { http: _http, ...extensions } }: GraphQLError,
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
