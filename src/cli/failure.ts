import { AnswerError, UnreachableError } from '../client/answer.ts';
import {
  ExpectedError,
  type ExpectedErrorCode,
  type OperationErrorCode,
  operationErrorCodes,
} from '../shared/expected-error.ts';
import { accessErrorOf } from '../shared/files/file-error.ts';
import { type Json, jsonText, snakeCased } from './output/json.ts';
import { plain } from '../shared/terminal-text.ts';
import { troubleshootingSection } from '../shared/troubleshooting.ts';

export const exitCodes = {
  done: 0,
  /** The command was rejected, or the task, session or other item was not found. */
  rejected: 1,
  /** The command failed: invalid arguments or settings, no connection, or another error. */
  unable: 2,
  /** The command is not possible in the current status of the task. */
  notInThisStatus: 3,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

const { rejected, unable, notInThisStatus } = exitCodes;

/** The exit code of the command line for each error code. */
export const exitCodeByErrorCode: Readonly<Record<ExpectedErrorCode, ExitCode>> = {
  INVALID_INPUT: rejected,
  TASK_NOT_FOUND: rejected,
  FEATURE_NOT_FOUND: rejected,
  EPIC_NOT_FOUND: rejected,
  SESSION_NOT_FOUND: rejected,
  KEY_TAKEN: rejected,
  TASK_ALREADY_CLAIMED: rejected,
  IDEMPOTENCY_KEY_REUSED: rejected,
  INVALID_TRANSITION: notInThisStatus,
  SESSION_NOT_ACTIVE: rejected,
  STATUS_NOT_ALLOWED: rejected,
  BAD_USER_INPUT: rejected,
  FORBIDDEN: rejected,
  REJECTED: rejected,
  UNAUTHENTICATED: unable,
  AUTHENTICATION_UNAVAILABLE: unable,
  RATE_LIMITED: unable,
  TOO_MANY_CONNECTIONS: unable,
  TOO_MANY_OPERATIONS: unable,
  ANSWER_TOO_LARGE: unable,
  ANSWERS_NOT_READ: unable,
  TOO_MANY_REPEATED_FIELDS: unable,
  BATCHING_NOT_SUPPORTED: unable,
  QUERY_TOO_COMPLEX: unable,
  QUERY_TOO_DEEP: unable,
  QUERY_TOO_LONG: unable,
  TOO_MANY_ALIASES: unable,
  TIMEOUT: unable,
  SERVER_STOPPING: unable,
  BAD_REQUEST: unable,
  NOT_FOUND: unable,
  METHOD_NOT_ALLOWED: unable,
  NOT_ACCEPTABLE: unable,
  UNSUPPORTED_MEDIA_TYPE: unable,
  PAYLOAD_TOO_LARGE: unable,
  GRAPHQL_PARSE_FAILED: unable,
  GRAPHQL_VALIDATION_FAILED: unable,
  OPERATION_RESOLUTION_FAILURE: unable,
  INTERNAL_SERVER_ERROR: unable,
  DATABASE_BUSY: unable,
  DATABASE_FULL: unable,
  DATABASE_READ_ONLY: unable,
  DATABASE_CORRUPT: unable,
  DATABASE_GONE: unable,
  DATABASE_CHANGED: unable,
  DATABASE_UNAVAILABLE: unable,
  USAGE: unable,
  SETTINGS: unable,
  DATABASE: unable,
  NO_DATABASE: unable,
  FILE: unable,
  UNREACHABLE: unable,
  NO_ANSWER: unable,
};

const exitCodesOfServers: ReadonlyMap<string, ExitCode> = new Map(Object.entries(exitCodeByErrorCode));

/** The exit code of an error and the parts that the command line prints. */
export interface Failure {
  exitCode: ExitCode;
  /** One of `expectedErrorCodes`, an unknown code from a newer server, or `FAULT` for a bug in the program. */
  code: string;
  message: string;
  suggestion: string | null;
  /** The values to which the error refers, for example the task key. */
  details: Json;
}

/** The arguments of the command line are invalid. */
export class UsageError extends ExpectedError {
  override readonly name = 'UsageError';

  constructor(message: string) {
    super({ code: 'USAGE', message, parameters: {} });
  }
}

/** Returns the payload of a mutation. Throws ExpectedError if the mutation returned an error instead. */
export function payloadOf<Result extends { readonly __typename: string }>(
  result: Result,
): Extract<Result, { readonly __typename: `${string}Payload` }> {
  if (isPayload(result)) return result;
  const { __typename, message, suggestion, ...parameters }: ReturnedError = result;
  if (typeof message !== 'string')
    throw new Error(`A mutation returned ${__typename}, which is neither a payload nor an error`);
  throw new ExpectedError({
    code: codesByTypename.get(__typename) ?? 'REJECTED',
    message: plain(message),
    suggestion: typeof suggestion === 'string' ? plain(suggestion) : null,
    parameters,
  });
}

interface ReturnedError {
  readonly __typename: string;
  readonly message?: string;
  readonly suggestion?: string | null;
}

function isPayload<Result extends { readonly __typename: string }>(
  result: Result,
): result is Extract<Result, { readonly __typename: `${string}Payload` }> {
  return result.__typename.endsWith('Payload');
}

/** The error code for each GraphQL error type, for example `TASK_NOT_FOUND` for `TaskNotFoundError`. */
const codesByTypename: ReadonlyMap<string, OperationErrorCode> = new Map(
  operationErrorCodes.map((code) => [typenameOf(code), code]),
);

function typenameOf(code: OperationErrorCode): string {
  const words = code.split('_').map((word) => `${word.charAt(0)}${word.slice(1).toLowerCase()}`);
  return `${words.join('')}Error`;
}

/** Returns the exit code and the printable form of an error. Returns undefined for a bug in the program. */
export function failureOf(error: unknown): Failure | undefined {
  if (error instanceof ExpectedError) return failureOfExpected(error);
  if (error instanceof AnswerError) return failureOfAnswer(error);
  if (error instanceof UnreachableError) return failure('UNREACHABLE', plain(error.message));
  const fileError = accessErrorOf(error);
  return fileError === undefined ? undefined : failureOfExpected(fileError);
}

/** Returns the JSON that `--json` prints for a bug in the program. */
export function defectOf(error: unknown): Failure {
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { exitCode: unable, code: 'FAULT', message, suggestion: null, details: {} };
}

function failureOfExpected({ errorCode, message, suggestion, parameters }: ExpectedError): Failure {
  return {
    exitCode: exitCodeByErrorCode[errorCode],
    code: errorCode,
    message,
    suggestion,
    details: snakeCased(parameters),
  };
}

function failureOfAnswer({ errors: [first, ...more], codes, message }: AnswerError): Failure {
  if (first === undefined)
    return {
      ...failure('NO_ANSWER', plain(message)),
      suggestion: 'Check SHARK_URL: it must be the address at which a Shark Sessions server serves GraphQL',
    };
  const [code = 'NO_ANSWER'] = codes;
  const { code: _code, help: _help, ...details } = { ...first.extensions };
  return {
    exitCode: exitCodesOfServers.get(code) ?? unable,
    code,
    message: plain([first, ...more].map((error) => error.message).join('; ')),
    suggestion: code === 'UNAUTHENTICATED' ? 'Set SHARK_TOKEN to a token of this server' : null,
    details: snakeCased(details),
  };
}

function failure(code: ExpectedErrorCode, message: string): Failure {
  return { exitCode: exitCodeByErrorCode[code], code, message, suggestion: null, details: {} };
}

/** Formats an error as one line of text, or as JSON. */
export function failureText(
  { code, message, suggestion, details }: Failure,
  { asJson }: { asJson: boolean },
): string {
  const help = troubleshootingSection(code);
  if (asJson)
    return jsonText({ error: { code, message, suggestion, details, ...(help === null ? {} : { help }) } });
  const text = suggestion === null ? message : `${message}. ${suggestion}`;
  if (help === null) return `Error: ${text}`;
  // A message with a list has several lines.
  const separator = text.includes('\n') ? '\n' : /[.?!]$/.test(text) ? ' ' : '. ';
  return `Error: ${text}${separator}See ${help}`;
}
