import { AnswerError, answerErrorOf, isAnswer, parse, UnreachableError } from './answer.ts';
import { reasonOf } from './no-answer.ts';
import { authorization, type Server } from './subscribe.ts';

/** The fields of the session filter, as text. `bom: 'off'` omits the byte order mark. */
export type ExportParameters = Readonly<Record<string, string>>;

/**
 * Exports the sessions of a filter as a CSV file, latest start first, in chunks. Both sides stream the file, so its
 * length is not limited by memory.
 *
 * Throws UnreachableError if there is no response within `timeoutMs`, or if the connection breaks before the end of
 * the file. Throws AnswerError if the server returns an error.
 */
export async function* exportSessions(
  { url, token }: Server,
  timeoutMs: number,
  parameters: ExportParameters,
): AsyncGenerator<Uint8Array, void, undefined> {
  // The address is relative to the GraphQL URL, so that it is also right if a proxy adds a path prefix.
  const address = new URL('export/sessions.csv', url);
  address.search = new URLSearchParams(parameters).toString();
  const unanswered = new AbortController();
  const timer = setTimeout(
    () => unanswered.abort(new DOMException('no response in time', 'TimeoutError')),
    timeoutMs,
  );
  try {
    const response = await fetch(address, {
      headers: await authorization(token),
      signal: unanswered.signal,
    });
    clearTimeout(timer);
    if (!response.ok) throw responseError(url, response.status, await response.text());
    if (response.body !== null) yield* response.body;
  } catch (error) {
    if (error instanceof AnswerError) throw error;
    throw new UnreachableError(`No complete file from ${url}: ${reasonOf(error, timeoutMs)}`, {
      cause: error,
    });
  } finally {
    clearTimeout(timer);
    unanswered.abort();
  }
}

function responseError(url: string, status: number, text: string): AnswerError {
  const answer = parse(text);
  return isAnswer(answer)
    ? answerErrorOf('The export', answer.errors ?? [])
    : new AnswerError(
        `The export: ${url} returned status ${status}: ${text.slice(0, 200).trim() || '(empty)'}`,
      );
}
