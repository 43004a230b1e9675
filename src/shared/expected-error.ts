import { schemaTerms } from './schema-terms.ts';
import { rendered, type Wording } from './wording.ts';

/** Errors that a mutation returns as data. Each has a type in the schema: `TASK_NOT_FOUND` is `TaskNotFoundError`. */
export const operationErrorCodes = [
  'INVALID_INPUT',
  'TASK_NOT_FOUND',
  'FEATURE_NOT_FOUND',
  'EPIC_NOT_FOUND',
  'SESSION_NOT_FOUND',
  'KEY_TAKEN',
  'TASK_ALREADY_CLAIMED',
  'IDEMPOTENCY_KEY_REUSED',
  'INVALID_TRANSITION',
  'SESSION_NOT_ACTIVE',
  'STATUS_NOT_ALLOWED',
] as const;

/** Errors that can occur while the database is open, for example a full disk. */
export const databaseErrorCodes = [
  'DATABASE_BUSY',
  'DATABASE_FULL',
  'DATABASE_READ_ONLY',
  'DATABASE_CORRUPT',
  'DATABASE_GONE',
  'DATABASE_CHANGED',
  'DATABASE_UNAVAILABLE',
] as const;

/** The values of `extensions.code` in the `errors` of a response. */
export const responseErrorCodes = [
  'BAD_USER_INPUT',
  'FORBIDDEN',
  'UNAUTHENTICATED',
  'AUTHENTICATION_UNAVAILABLE',
  'RATE_LIMITED',
  'TOO_MANY_CONNECTIONS',
  'TOO_MANY_OPERATIONS',
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

/** Errors that occur before a request is sent, or if there is no usable response. */
export const programErrorCodes = [
  'USAGE',
  'SETTINGS',
  'DATABASE',
  'NO_DATABASE',
  'FILE',
  'UNREACHABLE',
  'NO_ANSWER',
  /** The server rejected a mutation with an error type that this version does not have. */
  'REJECTED',
] as const;

/** All codes of expected errors in the server, the command line and the tools. */
export const expectedErrorCodes = [
  ...operationErrorCodes,
  ...responseErrorCodes,
  ...programErrorCodes,
] as const;

export type OperationErrorCode = (typeof operationErrorCodes)[number];
export type DatabaseErrorCode = (typeof databaseErrorCodes)[number];
export type ResponseErrorCode = (typeof responseErrorCodes)[number];
export type ExpectedErrorCode = (typeof expectedErrorCodes)[number];

/** The values to which an error refers. */
export type ErrorParameters = Readonly<Record<string, unknown>>;

export interface ExpectedErrorOptions<Parameters extends ErrorParameters> extends ErrorOptions {
  code: ExpectedErrorCode;
  /** What happened, with the value. */
  message: Wording | string;
  /** What to do next. */
  suggestion?: Wording | string | null;
  parameters: Parameters;
}

/** The message and the suggestion in parts. The API and the command line render them with their own names. */
export interface ErrorWording {
  readonly message: Wording;
  readonly suggestion: Wording | null;
}

/**
 * An error that the user, the client or the operator can correct. Anything else that is thrown is a defect of the
 * program, and is shown with its stack.
 */
export class ExpectedError<Parameters extends ErrorParameters = ErrorParameters> extends Error {
  override readonly name: string = 'ExpectedError';
  /**
   * This property is not named `code`, because Prisma replaces errors that have a `code` when they pass through Prisma.
   */
  readonly errorCode: ExpectedErrorCode;
  readonly suggestion: string | null;
  readonly parameters: Parameters;
  /** Private, so that the log does not contain the wording in addition to the message. */
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

  /** The message and the suggestion in parts, for a surface to render. */
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
