import { AnswerError, answerErrorOf, isAnswer, parse, UnreachableError } from './answer.ts';
import { reasonOf } from './no-answer.ts';
import { authorization, type Server } from './subscribe.ts';

/** The filter of `sessions` by its fields, each as text; `bom: 'off'` leaves out the byte order mark. */
export type ExportParameters = Readonly<Record<string, string>>;

/**
 * The sessions of a filter as a CSV file, most recently started first, part by part as it comes in. The server makes
 * it while it is read, so a file of any length costs neither side anything.
 *
 * Throws UnreachableError when nobody answers within `timeoutMs`, and when the connection breaks before the end: what
 * has come by then is not the whole file. Throws AnswerError when the server refuses.
 */
export async function* exportSessions(
  { url, token }: Server,
  timeoutMs: number,
  parameters: ExportParameters,
): AsyncGenerator<Uint8Array, void, undefined> {
  // Beside GraphQL, also where both are served below a path.
  const address = new URL('export/sessions.csv', url);
  address.search = new URLSearchParams(parameters).toString();
  const unanswered = new AbortController();
  const timer = setTimeout(
    () => unanswered.abort(new DOMException('no answer in time', 'TimeoutError')),
    timeoutMs,
  );
  try {
    const response = await fetch(address, {
      headers: await authorization(token),
      signal: unanswered.signal,
    });
    clearTimeout(timer);
    if (!response.ok) throw refusalOf(url, response.status, await response.text());
    if (response.body !== null) yield* response.body;
  } catch (error) {
    if (error instanceof AnswerError) throw error;
    throw new UnreachableError(`No whole file from ${url}: ${reasonOf(error, timeoutMs)}`, { cause: error });
  } finally {
    clearTimeout(timer);
    unanswered.abort();
  }
}

function refusalOf(url: string, status: number, text: string): AnswerError {
  const answer = parse(text);
  return isAnswer(answer)
    ? answerErrorOf('The export', answer.errors ?? [])
    : new AnswerError(`The export: ${url} answered ${status}: ${text.slice(0, 200).trim() || 'nothing'}`);
}
