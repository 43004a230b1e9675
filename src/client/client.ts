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
  /** How long to wait for a response, in milliseconds. Default: 30,000. */
  timeoutMs?: number;
}

/** Sends typed documents to a server. There is no connection to close. */
export interface Client {
  /**
   * Sends a query or a mutation and returns its data. Expected errors of mutations are part of the data.
   * Throws UnreachableError if there is no response, and AnswerError if the response has errors.
   */
  send<Result, Variables extends NamedValues>(
    document: TypedDocumentString<Result, Variables>,
    variables: Variables,
  ): Promise<Result>;
  /** Returns the events of a subscription; see `subscribe`. */
  subscribe<Result, Variables extends NamedValues>(
    document: TypedDocumentString<Result, Variables>,
    variables: Variables | (() => Variables),
    options?: SubscribeOptions,
  ): AsyncIterableIterator<Result>;
  /** Returns the sessions of a filter as a CSV file in chunks; see `exportSessions`. */
  exportSessions(parameters: ExportParameters): AsyncIterableIterator<Uint8Array>;
}

export function createClient({ timeoutMs = 30_000, ...server }: ClientOptions): Client {
  const { url, extensions, mapResponse = (response) => response } = server;
  return {
    async send<Result, Variables extends NamedValues>(
      document: TypedDocumentString<Result, Variables>,
      variables: Variables,
    ) {
      const { status, text } = await post(server, timeoutMs, {
        query: document.toString(),
        variables,
        extensions,
      });
      const answer = mapResponse(parse(text));
      // The response came from a proxy, or from a server without GraphQL at this URL.
      if (!isAnswer<Result>(answer))
        throw new AnswerError(
          `${nameOf(document)}: ${url} returned status ${status} without a GraphQL response: ${text.slice(0, 200).trim() || '(empty)'}`,
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
    throw new UnreachableError(`No response from ${url}: ${reasonOf(error, timeoutMs)}`, { cause: error });
  }
}
