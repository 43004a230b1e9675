import { type ExecutionResult, GraphQLError } from 'graphql';
import type { ResponseErrorCode } from '../../shared/expected-error.ts';

/** A result that contains the text of its data in place of the data. */
export interface SerializedResult extends ExecutionResult {
  /** Returns the text of this result, with the errors and extensions of `result`. Yoga calls this function, too. */
  readonly stringify: (result: object) => string;
}

/** Returns a promise for the next turn of the event loop, or undefined if the caller can continue. */
type WaitIfUsed = () => Promise<void> | undefined;

/** Converts the data of a result to JSON, in several turns of the event loop. Throws ANSWER_TOO_LARGE. */
export async function serializedResult(
  result: ExecutionResult,
  waitIfUsed: WaitIfUsed,
  maxBytes: number,
): Promise<ExecutionResult | SerializedResult> {
  const { data, ...rest } = result;
  if (data === null || data === undefined) return result;
  const pieces: string[] = [];
  let bytes = 0;
  for (const piece of jsonPieces(data)) {
    bytes += Buffer.byteLength(piece);
    if (bytes > maxBytes) throw answerTooLarge(maxBytes);
    pieces.push(piece);
    await waitIfUsed();
  }
  const text = pieces.join('');
  return {
    ...rest,
    // Only a result with data is a success.
    data: {},
    stringify(sent) {
      const { data: _data, ...others } = { data: undefined, ...sent };
      const end = JSON.stringify(others);
      return end === '{}' ? `{"data":${text}}` : `{"data":${text},${end.slice(1)}`;
    },
  } satisfies SerializedResult;
}

/** The maximum size of an answer. */
export interface AnswerLimit {
  maxBytes: number;
  /** Called when an answer is replaced by an error because it is too large. */
  onExceeded: () => void;
}

/** Returns a result as JSON, or an error if the JSON is larger than `maxBytes`. */
export function boundedText(result: object, limit: AnswerLimit): string {
  return bounded(textWriterOf(result)(result), limit);
}

/** Returns the function that converts a result to JSON, with the errors and extensions that are passed to it. */
export function textWriterOf(result: object): (sent: object) => string {
  return isSerialized(result) ? result.stringify : JSON.stringify;
}

/** Returns the text of an answer, or an error if it is larger than `maxBytes`. */
export function bounded(text: string, { maxBytes, onExceeded }: AnswerLimit): string {
  if (!exceedsBytes(text, maxBytes)) return text;
  onExceeded();
  const { message, extensions } = answerTooLarge(maxBytes);
  const { http: _http, ...sent } = extensions;
  return JSON.stringify({ errors: [{ message, extensions: sent }] });
}

function isSerialized(result: object): result is SerializedResult {
  return 'stringify' in result && typeof result.stringify === 'function';
}

/** Whether a text has more than `maxBytes` in UTF-8. A UTF-16 unit has at most three bytes. */
function exceedsBytes(text: string, maxBytes: number): boolean {
  return 3 * text.length > maxBytes && Buffer.byteLength(text) > maxBytes;
}

export function answerTooLarge(maxBytes: number): GraphQLError {
  return new GraphQLError(
    `The answer is larger than ${Math.round(maxBytes / 104_857.6) / 10} MB. If this was a mutation, its change was made. Request smaller pages with the argument first, or leave out long texts. The operator can change the limit with MAX_ANSWER_BYTES`,
    {
      extensions: {
        code: 'ANSWER_TOO_LARGE' satisfies ResponseErrorCode,
        limit: maxBytes,
        setting: 'MAX_ANSWER_BYTES',
        http: { status: 400 },
      },
    },
  );
}

/** A piece contains values of at most this size. JavaScript converts it to JSON in a millisecond. */
const pieceSize = 2_000;

/** Converts a value to pieces of JSON. */
function* jsonPieces(value: unknown): Iterable<string> {
  if (sizeUpTo(pieceSize, value) <= pieceSize) yield JSON.stringify(value);
  else if (typeof value === 'string') yield JSON.stringify(value);
  else if (Array.isArray(value)) yield* listPieces(value);
  else if (typeof value === 'object' && value !== null) yield* objectPieces(value);
}

function* listPieces(list: readonly unknown[]): Iterable<string> {
  yield '[';
  for (let start = 0; start < list.length; ) {
    let end = start;
    let size = 0;
    while (end < list.length && (size += sizeUpTo(pieceSize, list[end])) <= pieceSize) end += 1;
    if (start > 0) yield ',';
    if (end > start) yield JSON.stringify(list.slice(start, end)).slice(1, -1);
    else yield* jsonPieces(list[end]);
    start = Math.max(end, start + 1);
  }
  yield ']';
}

function* objectPieces(object: object): Iterable<string> {
  let separator = '{';
  for (const [name, value] of Object.entries(object)) {
    yield `${separator}${JSON.stringify(name)}:`;
    yield* jsonPieces(value);
    separator = ',';
  }
  yield '}';
}

/** Returns the approximate number of values in a value. A long text counts several times. Stops counting at a limit. */
function sizeUpTo(limit: number, value: unknown): number {
  if (typeof value === 'string') return 1 + value.length / 100;
  if (typeof value !== 'object' || value === null) return 1;
  let size = 1;
  for (const name in value) {
    size += sizeUpTo(limit, Reflect.get(value, name));
    if (size > limit) return size;
  }
  return size;
}
