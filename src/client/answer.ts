import type { TypedDocumentString } from './generated/graphql.ts';

/** Thrown if the server does not respond. The server may still have executed a mutation. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
}

/** Thrown if a response contains errors or is not GraphQL. The message includes the errors. */
export class AnswerError extends Error {
  override readonly name = 'AnswerError';
  /** The errors in the response. Empty if the response is not a GraphQL response. */
  readonly errors: readonly AnsweredError[];
  /** The `extensions.code` of each error, for example `BAD_USER_INPUT` or `DATABASE_BUSY`. */
  readonly codes: readonly string[];

  constructor(message: string, errors: readonly AnsweredError[] = []) {
    super(message);
    this.errors = errors;
    this.codes = codesOf(errors);
  }
}

/** The variables of a GraphQL document. */
export type NamedValues = Record<string, unknown>;

/** A GraphQL response. */
export interface Answer<Result> {
  data?: Result | null | undefined;
  errors?: readonly AnsweredError[] | undefined;
}

export interface AnsweredError {
  message: string;
  extensions?: Readonly<Record<string, unknown>> | undefined;
}

/** Checks the form of a GraphQL response, but not `data`: the server ensures its type. */
export function isAnswer<Result>(value: unknown): value is Answer<Result> {
  return typeof value === 'object' && value !== null && ('data' in value || 'errors' in value);
}

/** Parses JSON. Returns undefined for text that is not JSON. */
export function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Returns the data of a response. Throws AnswerError if the response has errors or no data. */
export function dataOf<Result>(
  document: TypedDocumentString<Result, never>,
  { data, errors = [] }: Answer<Result>,
): Result {
  if (errors.length > 0) throw answerError(document, errors);
  if (data === undefined || data === null)
    throw new AnswerError(`The response to ${nameOf(document)} has no data`);
  return data;
}

export function answerError(document: { toString(): string }, errors: readonly AnsweredError[]): AnswerError {
  return answerErrorOf(nameOf(document), errors);
}

/** Creates the AnswerError for a response with errors. `name` is the name of the GraphQL operation. */
export function answerErrorOf(name: string, errors: readonly AnsweredError[]): AnswerError {
  const said = errors.map(({ message }) => message).join('; ');
  const codes = codesOf(errors);
  return new AnswerError(
    `${name} failed: ${said}${codes.length > 0 ? ` (${codes.join(', ')})` : ''}`,
    errors,
  );
}

function codesOf(errors: readonly AnsweredError[]): string[] {
  return errors.flatMap(({ extensions }) => (typeof extensions?.code === 'string' ? [extensions.code] : []));
}

/** Returns the name of the operation in a GraphQL document, for example `ClaimTask`. */
export function nameOf(document: { toString(): string }): string {
  return /^\s*(?:query|mutation|subscription)\s+(\w+)/m.exec(document.toString())?.[1] ?? 'The operation';
}
