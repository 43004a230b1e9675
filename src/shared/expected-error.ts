import { schemaTerms } from './schema-terms.ts';
import { rendered, type Wording } from './wording.ts';

/** The codes for keys that do not exist. Mutations return these errors as data. In a query, they are top-level errors. */
export const missingNameCodes = ['TASK_NOT_FOUND', 'FEATURE_NOT_FOUND', 'EPIC_NOT_FOUND'] as const;

/** The codes of errors that mutations return as data, for example `TASK_NOT_FOUND` for `TaskNotFoundError`. */
export const operationErrorCodes = [
  'INVALID_INPUT',
  ...missingNameCodes,
  'SESSION_NOT_FOUND',
  'KEY_TAKEN',
  'TASK_ALREADY_CLAIMED',
  'IDEMPOTENCY_KEY_REUSED',
  'INVALID_TRANSITION',
  'SESSION_NOT_ACTIVE',
  'STATUS_NOT_ALLOWED',
] as const;

/** The codes of errors that occur while the database is open, for example a full disk. */
export const databaseErrorCodes = [
  'DATABASE_BUSY',
  'DATABASE_FULL',
  'DATABASE_READ_ONLY',
  'DATABASE_CORRUPT',
  'DATABASE_GONE',
  'DATABASE_CHANGED',
  'DATABASE_UNAVAILABLE',
] as const;

/** The possible values of `extensions.code` in the `errors` of a GraphQL response. */
export const responseErrorCodes = [
  'BAD_USER_INPUT',
  ...missingNameCodes,
  'FORBIDDEN',
  'UNAUTHENTICATED',
  'AUTHENTICATION_UNAVAILABLE',
  'RATE_LIMITED',
  'TOO_MANY_CONNECTIONS',
  'TOO_MANY_OPERATIONS',
  'ANSWER_TOO_LARGE',
  'ANSWERS_NOT_READ',
  'TOO_MANY_REPEATED_FIELDS',
  'BATCHING_NOT_SUPPORTED',
  'QUERY_TOO_COMPLEX',
  'QUERY_TOO_DEEP',
  'QUERY_TOO_LONG',
  'TOO_MANY_ALIASES',
  'TIMEOUT',
  'SERVER_STOPPING',
  'BAD_REQUEST',
  'NOT_FOUND',
  'METHOD_NOT_ALLOWED',
  'NOT_ACCEPTABLE',
  'UNSUPPORTED_MEDIA_TYPE',
  'PAYLOAD_TOO_LARGE',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'INTERNAL_SERVER_ERROR',
  ...databaseErrorCodes,
] as const;

/** The codes of errors that occur before a request, or if there is no usable response. */
export const programErrorCodes = [
  'USAGE',
  'SETTINGS',
  'DATABASE',
  'NO_DATABASE',
  'FILE',
  'UNREACHABLE',
  'NO_ANSWER',
  /** The server rejected a mutation with an error type that this program does not know. */
  'REJECTED',
] as const;

/** The codes of all documented errors of the server, the command line and the tools. */
export const expectedErrorCodes = [
  ...new Set([...operationErrorCodes, ...responseErrorCodes, ...programErrorCodes]),
] as const;

export type OperationErrorCode = (typeof operationErrorCodes)[number];
export type DatabaseErrorCode = (typeof databaseErrorCodes)[number];
export type ResponseErrorCode = (typeof responseErrorCodes)[number];
export type ExpectedErrorCode = (typeof expectedErrorCodes)[number];

/** The values in an error message, for example the task key. */
export type ErrorParameters = Readonly<Record<string, unknown>>;

export interface ExpectedErrorOptions<Parameters extends ErrorParameters> extends ErrorOptions {
  code: ExpectedErrorCode;
  /** A sentence that says what went wrong. It contains the wrong value, if there is one. */
  message: Wording | string;
  /** A sentence that says what the user can do next. */
  suggestion?: Wording | string | null;
  parameters: Parameters;
}

/** The message and suggestion of an error, as lists of texts and terms. */
export interface ErrorWording {
  readonly message: Wording;
  readonly suggestion: Wording | null;
}

/** An error that a user, client or operator can correct. Every other error is a bug in the program. */
export class ExpectedError<Parameters extends ErrorParameters = ErrorParameters> extends Error {
  override readonly name: string = 'ExpectedError';
  /** This property is not called `code`, because errors of the driver and of Node.js have a `code` of their own. */
  readonly errorCode: ExpectedErrorCode;
  readonly suggestion: string | null;
  readonly parameters: Parameters;
  /** Private, so that the log does not contain the message twice. */
  readonly #wording: ErrorWording;

  constructor({
    code,
    message,
    suggestion = null,
    parameters,
    ...options
  }: ExpectedErrorOptions<Parameters>) {
    super(textOf(message), options);
    this.errorCode = code;
    this.#wording = {
      message: partsOf(message),
      suggestion: suggestion === null ? null : partsOf(suggestion),
    };
    this.suggestion = suggestion === null ? null : textOf(suggestion);
    this.parameters = parameters;
  }

  /** The parts of the message and of the suggestion. See ErrorWording. */
  get wording(): ErrorWording {
    return this.#wording;
  }
}

function textOf(message: Wording | string): string {
  return typeof message === 'string' ? message : rendered(message, schemaTerms);
}

function partsOf(message: Wording | string): Wording {
  return typeof message === 'string' ? [message] : message;
}
