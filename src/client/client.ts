import {
  AnswerError,
  dataOf,
  isAnswer,
  type NamedValues,
  nameOf,
  parse,
  UnreachableError,
} from './answer.ts';
import { type ExportParameters, exportSessions } from './export.ts';
import type { TypedDocumentString } from './generated/graphql.ts';
import { reasonOf } from './no-answer.ts';
import { authorization, type Server, type SubscribeOptions, subscribe } from './subscribe.ts';

export interface ClientOptions extends Server {
  /** How long to wait for an answer, in milliseconds. */
  timeoutMs?: number;
}

/** Sends typed documents to a server. It keeps nothing open between calls, so it has no end of its own. */
export interface Client {
  /**
   * Sends a query or a mutation and returns its data; what a mutation refuses is data too.
   * Throws UnreachableError when nobody answers, AnswerError when the answer is anything but data.
   */
  send<Result, Variables extends NamedValues>(
    document: TypedDocumentString<Result, Variables>,
    variables: Variables,
  ): Promise<Result>;
  /** Takes the events of a subscription; see `subscribe`. */
  subscribe<Result, Variables extends NamedValues>(
    document: TypedDocumentString<Result, Variables>,
    variables: Variables | (() => Variables),
    options?: SubscribeOptions,
  ): AsyncIterableIterator<Result>;
  /** The sessions of a filter as a CSV file, part by part; see `exportSessions`. */
  exportSessions(parameters: ExportParameters): AsyncIterableIterator<Uint8Array>;
}

export function createClient({ timeoutMs = 30_000, ...server }: ClientOptions): Client {
  const { url } = server;
  return {
    async send<Result, Variables extends NamedValues>(
      document: TypedDocumentString<Result, Variables>,
      variables: Variables,
    ) {
      const { status, text } = await post(server, timeoutMs, { query: document.toString(), variables });
      const answer = parse(text);
      // Refused before it was understood: by a proxy, or because this is no GraphQL server.
      if (!isAnswer<Result>(answer))
        throw new AnswerError(
          `${nameOf(document)}: ${url} answered ${status} without GraphQL: ${text.slice(0, 200).trim() || 'nothing'}`,
        );
      return dataOf(document, answer);
    },
    subscribe: (document, variables, options) => subscribe(server, document, variables, options),
    exportSessions: (parameters) => exportSessions(server, timeoutMs, parameters),
  };
}

async function post(
  { url, token }: Server,
  timeoutMs: number,
  body: unknown,
): Promise<{ status: number; text: string }> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/graphql-response+json',
        ...(await authorization(token)),
      },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(timeoutMs),
    });
    return { status: response.status, text: await response.text() };
  } catch (error) {
    throw new UnreachableError(`No answer from ${url}: ${reasonOf(error, timeoutMs)}`, { cause: error });
  }
}
