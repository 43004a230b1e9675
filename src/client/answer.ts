import type { TypedDocumentString } from './generated/graphql.ts';

/** Nobody answered: the server is down, on its way up, or elsewhere. Whether a change was made is not known. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
}

/** The server answered, but not with what was asked for; the message repeats what it said. */
export class AnswerError extends Error {
  override readonly name = 'AnswerError';
  /** What the server said, error by error; none where it did not speak GraphQL. */
  readonly errors: readonly AnsweredError[];
  /** The `extensions.code` of each error, for programs to act on: `BAD_USER_INPUT`, `DATABASE_BUSY`, ... */
  readonly codes: readonly string[];

  constructor(message: string, errors: readonly AnsweredError[] = []) {
    super(message);
    this.errors = errors;
    this.codes = codesOf(errors);
  }
}

/** What documents take as variables, by name. */
export type NamedValues = Record<string, unknown>;

/** An answer to a document, as GraphQL lays it out. */
export interface Answer<Result> {
  data?: Result | null | undefined;
  errors?: readonly AnsweredError[] | undefined;
}

export interface AnsweredError {
  message: string;
  extensions?: Readonly<Record<string, unknown>> | undefined;
}

/** Only the frame is looked at: that the data is what the document asks for is the server's promise. */
export function isAnswer<Result>(value: unknown): value is Answer<Result> {
  return typeof value === 'object' && value !== null && ('data' in value || 'errors' in value);
}

/** The JSON of a text, or undefined where it is none. */
export function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The data of an answer that has nothing but data. Throws AnswerError. */
export function dataOf<Result>(
  document: TypedDocumentString<Result, never>,
  { data, errors = [] }: Answer<Result>,
): Result {
  if (errors.length > 0) throw answerError(document, errors);
  if (data === undefined || data === null)
    throw new AnswerError(`${nameOf(document)} was answered without data`);
  return data;
}

export function answerError(document: { toString(): string }, errors: readonly AnsweredError[]): AnswerError {
  return answerErrorOf(nameOf(document), errors);
}

/** Of what was asked for under this name. */
export function answerErrorOf(name: string, errors: readonly AnsweredError[]): AnswerError {
  const said = errors.map(({ message }) => message).join('; ');
  const codes = codesOf(errors);
  return new AnswerError(
    `${name} was refused: ${said}${codes.length > 0 ? ` (${codes.join(', ')})` : ''}`,
    errors,
  );
}

function codesOf(errors: readonly AnsweredError[]): string[] {
  return errors.flatMap(({ extensions }) => (typeof extensions?.code === 'string' ? [extensions.code] : []));
}

/** `ClaimTask`, as people know the operation. */
export function nameOf(document: { toString(): string }): string {
  return /^\s*(?:query|mutation|subscription)\s+(\w+)/m.exec(document.toString())?.[1] ?? 'The operation';
}
