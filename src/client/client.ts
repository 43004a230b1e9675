import {
  AnswerError,
  dataOf,
  isAnswer,
  type NamedValues,
  nameOf,
  parse,
  UnreachableError,
} from './answer.ts';
import { rejectPassword, shownAddress } from './address.ts';
import { type ExportParameters, exportSessions } from './export.ts';
import type { TypedDocumentString } from './generated/graphql.ts';
import { reasonOf } from './no-answer.ts';
import { authorization, type Server, type SubscribeOptions, subscribe } from './subscribe.ts';

export interface ClientOptions extends Server {
  /** How long to wait for a response, in milliseconds. Default: 30,000. */
  timeoutMs?: number;
}

/** A client that sends typed GraphQL documents to a server. You do not have to close the client. */
export interface Client {
  /**
   * Sends a query or mutation and returns `data`, which includes documented errors.
   *
   * Throws UnreachableError if there is no response, and AnswerError if the response has `errors`.
   */
  send<Result, Variables extends NamedValues>(
    document: TypedDocumentString<Result, Variables>,
    variables: Variables,
  ): Promise<Result>;
  /** Starts a subscription and returns its events. See the function `subscribe`. */
  subscribe<Result, Variables extends NamedValues>(
    document: TypedDocumentString<Result, Variables>,
    variables: Variables | (() => Variables),
    options?: SubscribeOptions,
  ): AsyncIterableIterator<Result>;
  /** Returns a CSV file with sessions, in chunks. See the function `exportSessions`. */
  exportSessions(parameters: ExportParameters): AsyncIterableIterator<Uint8Array>;
}

/** Throws TypeError if the URL contains a user name or password. */
export function createClient({ timeoutMs = 30_000, ...server }: ClientOptions): Client {
  const { url, extensions, mapResponse = (response) => response } = server;
  rejectPassword(url);
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
      // A proxy or a wrong server can return a response that is not in GraphQL format.
      if (!isAnswer<Result>(answer))
        throw new AnswerError(
          `${nameOf(document)}: ${shownAddress(url)} returned status ${status} without a GraphQL response: ${text.slice(0, 200).trim() || '(empty)'}`,
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
    throw new UnreachableError(`No response from ${shownAddress(url)}: ${reasonOf(error, timeoutMs)}`, {
      cause: error,
    });
  }
}
