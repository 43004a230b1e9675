import { rejectPassword, shownAddress } from './address.ts';
import { AnswerError, answerErrorOf, isAnswer, parse, UnreachableError } from './answer.ts';
import { reasonOf } from './no-answer.ts';
import { authorization, type Server } from './subscribe.ts';

/** The fields of the session filter, as text. `bom: 'off'` omits the byte order mark. */
export type ExportParameters = Readonly<Record<string, string>>;

/**
 * Returns the chunks of a CSV file. It contains the sessions that match a filter, newest first.
 *
 * Throws UnreachableError after a timeout or if the file is incomplete. Throws AnswerError for an error response.
 */
export async function* exportSessions(
  { url, token }: Server,
  /** How long to wait for the start of the response, in milliseconds. */
  timeoutMs: number,
  parameters: ExportParameters,
): AsyncGenerator<Uint8Array, void, undefined> {
  rejectPassword(url);
  // Keep the start of the GraphQL path, because it may contain the prefix of a proxy.
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
    throw new UnreachableError(
      `The CSV file from ${shownAddress(url)} did not arrive completely: ${reasonOf(error, timeoutMs)}`,
      {
        cause: error,
      },
    );
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
        `The export: ${shownAddress(url)} returned status ${status}: ${text.slice(0, 200).trim() || '(empty)'}`,
      );
}
