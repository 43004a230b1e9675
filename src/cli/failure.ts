import { AnswerError, UnreachableError } from '../client/answer.ts';
import { inCommandWords } from './command-words.ts';
import { type Json, jsonText, snakeCased } from './output/json.ts';
import { plain } from './output/plain.ts';

/** What a command ends with, for the shell and for scripts. */
export const exitCodes = {
  done: 0,
  /** The product said no, or there is no such thing. */
  refused: 1,
  /** Nobody could be asked: the command line or a setting cannot be used, nobody answers, who asks is not let in. */
  unable: 2,
  /** The task is in a status in which this cannot be done. */
  notInThisStatus: 3,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Why a command did not do what it was asked for, as it is told. */
export interface Failure {
  exitCode: ExitCode;
  /** For programs: `TASK_ALREADY_CLAIMED`, `UNAUTHENTICATED`, `USAGE`, ... */
  code: string;
  message: string;
  suggestion: string | null;
  /** What a program needs to act on it. */
  details: Json;
}

/** What keeps a command from asking anybody: its arguments, a setting, a file. The message says what would be right. */
export class UnableError extends Error {
  override readonly name: string = 'UnableError';
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Arguments that cannot be used. */
export class UsageError extends UnableError {
  override readonly name = 'UsageError';

  constructor(message: string) {
    super('USAGE', message);
  }
}

/** There is no such thing. A query answers with nothing then, and a command is for something. */
export class NotFoundError extends Error {
  override readonly name = 'NotFoundError';
  readonly code: string;
  readonly suggestion: string;
  readonly details: Json;

  constructor(code: string, message: string, suggestion: string, details: Json) {
    super(message);
    this.code = code;
    this.suggestion = suggestion;
    this.details = details;
  }
}

/** What a mutation answers instead of its payload. */
export interface AnsweredError {
  readonly __typename: string;
  readonly message: string;
  readonly suggestion: string | null;
}

export class ExpectedError extends Error {
  override readonly name = 'ExpectedError';
  readonly expectedError: AnsweredError;

  constructor(expectedError: AnsweredError) {
    super(expectedError.message);
    this.expectedError = expectedError;
  }
}

/** Returns the payload of a mutation. Throws RefusedError for what it was refused with. */
export function payloadOf<Result extends { readonly __typename: string }>(
  result: Result,
): Extract<Result, { readonly __typename: `${string}Payload` }> {
  if (isPayload(result)) return result;
  if ('message' in result && typeof result.message === 'string')
    throw new ExpectedError({ suggestion: null, ...result, message: result.message });
  throw new Error(`A mutation was answered with ${result.__typename}, which is neither payload nor error`);
}

function isPayload<Result extends { readonly __typename: string }>(
  result: Result,
): result is Extract<Result, { readonly __typename: `${string}Payload` }> {
  return result.__typename.endsWith('Payload');
}

/** How an error is told; undefined for one that is a fault of the program. */
export function failureOf(error: unknown): Failure | undefined {
  if (error instanceof ExpectedError) return ofRefusal(error.expectedError);
  if (error instanceof AnswerError) return ofAnswer(error);
  if (error instanceof NotFoundError) {
    const { code, message, suggestion, details } = error;
    return { exitCode: exitCodes.refused, code, message, suggestion, details };
  }
  if (error instanceof UnableError) return unable(error.code, error.message);
  if (error instanceof UnreachableError) return unable('UNREACHABLE', plain(error.message));
  return undefined;
}

/** How a fault of the program is told to programs; people get it whole, to pass it on. */
export function faultOf(error: unknown): Failure {
  return unable('FAULT', error instanceof Error ? (error.stack ?? error.message) : String(error));
}

function unable(code: string, message: string): Failure {
  return { exitCode: exitCodes.unable, code, message, suggestion: null, details: {} };
}

function ofRefusal({ __typename, message, suggestion, ...details }: AnsweredError): Failure {
  return {
    exitCode: __typename === 'InvalidTransitionError' ? exitCodes.notInThisStatus : exitCodes.refused,
    code: codeOf(__typename),
    message: inCommandWords(plain(message)),
    suggestion: suggestion === null ? null : inCommandWords(plain(suggestion)),
    details: snakeCased(details),
  };
}

/** Errors that stand beside the data: of these, some are a refusal as well, and the others keep anybody from answering. */
const refusals: ReadonlySet<string> = new Set(['BAD_USER_INPUT', 'FORBIDDEN']);

function ofAnswer({ errors: [first, ...more], codes, message }: AnswerError): Failure {
  if (first === undefined)
    return {
      ...unable('NO_ANSWER', plain(message)),
      suggestion: 'Check SHARK_URL: it names the address where a server of Shark Sessions serves GraphQL',
    };
  const [code = 'NO_ANSWER'] = codes;
  const { code: _code, ...details } = { ...first.extensions };
  return {
    exitCode: refusals.has(code) ? exitCodes.refused : exitCodes.unable,
    code,
    message: inCommandWords(plain([first, ...more].map((error) => error.message).join('; '))),
    suggestion: code === 'UNAUTHENTICATED' ? 'Name a token of this server in SHARK_TOKEN' : null,
    details: snakeCased(details),
  };
}

/** `TaskAlreadyClaimedError` → `TASK_ALREADY_CLAIMED`. */
function codeOf(typename: string): string {
  return typename
    .replace(/Error$/, '')
    .replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_')
    .toUpperCase();
}

/** What is printed of a failure: one line for people, or JSON. */
export function failureText(failure: Failure, { asJson }: { asJson: boolean }): string {
  const { code, message, suggestion, details } = failure;
  if (asJson) return jsonText({ error: { code, message, suggestion, details } });
  return `Error: ${[message, ...(suggestion === null ? [] : [suggestion])].join('. ')}`;
}
