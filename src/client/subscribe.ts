import { setTimeout as delay } from 'node:timers/promises';
import { type Client, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import {
  type Answer,
  type AnsweredError,
  AnswerError,
  answerError,
  dataOf,
  isAnswer,
  type NamedValues,
  nameOf,
} from './answer.ts';
import type { TypedDocumentString } from './generated/graphql.ts';

/** A server, and how a client sends requests to it. */
export interface Server {
  /** The URL of the GraphQL endpoint, for example `http://127.0.0.1:4000/graphql`. */
  url: string;
  /**
   * The access token, if the server requires one. If it is a function, the client calls it for each request and
   * connection.
   */
  token?: string | (() => string | Promise<string>) | undefined;
  /** The GraphQL `extensions` that the client sends with every request. */
  extensions?: Readonly<Record<string, unknown>> | undefined;
  /** Called with the JSON of each response and event. The client uses the returned value instead. */
  mapResponse?: ((response: unknown) => unknown) | undefined;
}

/** Returns the access token as an HTTP header. WebSockets send it in `connection_init`. */
export async function authorization(token: Server['token']): Promise<Record<string, string>> {
  const shown = typeof token === 'function' ? await token() : token;
  return shown === undefined ? {} : { authorization: `Bearer ${shown}` };
}

export interface SubscribeOptions {
  /** Aborting this signal ends the subscription, even while the caller waits for an event. */
  signal?: AbortSignal | undefined;
  /** Called each time the client has connected or reconnected. */
  onConnected?: (() => void) | undefined;
  /** Called once per outage. After that, the client tries to reconnect. */
  onLost?: ((reason: string) => void) | undefined;
}

const firstRetryMs = 250;
const longestRetryMs = 5_000;
const handshakeWithinMs = 10_000;
const pingEveryMs = 10_000;
const pongWithinMs = 5_000;

/** The WebSocket close codes for a missing token and an invalid token. */
const tokenMissing = 4401;
const tokenInvalid = 4403;

/** After these WebSocket close codes, graphql-ws does not reconnect: the client sent an invalid message. */
const finalCloseCodes: ReadonlySet<unknown> = new Set([4004, 4005, 4400, tokenMissing, 4406, 4409, 4429]);

/** After these WebSocket close codes, this module reconnects: the server had an internal error. */
const serverErrors: ReadonlySet<unknown> = new Set([1011, 4500]);

/**
 * Returns the events of a subscription. The WebSocket opens when you request the first event, and again after each
 * outage.
 *
 * Throws AnswerError if the server rejects the subscription and a retry would not help.
 */
export async function* subscribe<Result, Variables extends NamedValues>(
  server: Server,
  document: TypedDocumentString<Result, Variables>,
  /** To receive the events that occur during an outage, pass a function that returns the latest cursor. */
  variables: Variables | (() => Variables),
  { signal, onConnected, onLost }: SubscribeOptions = {},
): AsyncGenerator<Result, void, undefined> {
  let arrived: Answer<Result>[] = [];
  let ended = false;
  let failure: unknown;
  let wake = () => {};

  const over = new AbortController();
  const end = () => {
    over.abort();
    wake();
  };
  signal?.addEventListener('abort', end);
  if (signal?.aborted === true) end();

  const connection = connect(server, over.signal, { onConnected, onLost });
  const request = {
    query: document.toString(),
    ...(server.extensions === undefined ? {} : { extensions: { ...server.extensions } }),
    // graphql-ws reads this property once per connection.
    get variables() {
      if (!isFunction(variables)) return variables;
      // Drop unread events: the server sends them again.
      arrived = [];
      return variables();
    },
  };
  const begin = () =>
    connection.client.subscribe<Result>(request, {
      next(answer) {
        arrived.push(answer);
        wake();
      },
      error(error) {
        if (isTemporary(error)) void beginAgain();
        else {
          failure = error;
          ended = true;
          wake();
        }
      },
      complete() {
        ended = true;
        wake();
      },
    });
  let unsubscribe = begin();
  const beginAgain = async () => {
    unsubscribe();
    await connection.pause();
    if (!over.signal.aborted) unsubscribe = begin();
  };

  try {
    while (!over.signal.aborted) {
      const answer = arrived.shift();
      if (answer !== undefined) yield dataOf(document, mapAnswer(server, answer));
      else if (failure !== undefined) throw finalError(document, mapFailure(server, failure));
      else if (ended) return;
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  } finally {
    signal?.removeEventListener('abort', end);
    over.abort();
    unsubscribe();
  }
}

interface Connection {
  client: Client;
  /** Waits before the next attempt to connect. Repeated failures make the wait longer. */
  pause(): Promise<void>;
}

function connect(
  { url, token }: Server,
  over: AbortSignal,
  { onConnected, onLost }: SubscribeOptions,
): Connection {
  let attempts = 0;
  let connectedAt = Number.POSITIVE_INFINITY;
  let lost = false;
  let pongDue: NodeJS.Timeout | undefined;
  // Retry after a rejected token only if `token` is a function: it can return a new token.
  const isInvalidToken = (event: unknown) =>
    typeof token !== 'function' && closeCodeOf(event) === tokenInvalid;
  const lose = (event: unknown) => {
    clearTimeout(pongDue);
    if (lost || over.aborted || finalCloseCodes.has(closeCodeOf(event)) || isInvalidToken(event)) return;
    lost = true;
    // Reset `attempts` only if the connection stayed open for some seconds.
    if (performance.now() - connectedAt > longestRetryMs) attempts = 0;
    onLost?.(reasonOf(event));
  };
  const pause = async () => {
    const longest = Math.min(firstRetryMs * 2 ** attempts, longestRetryMs);
    attempts += 1;
    // Wait a random time: after a restart, not all clients should reconnect at once.
    await delay(longest * (0.5 + Math.random() / 2), undefined, { signal: over }).catch(() => undefined);
  };
  const client = createClient({
    url: url.replace(/^http/, 'ws'),
    connectionParams: () => authorization(token),
    webSocketImpl: WebSocketWithTimeout,
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: (event) => !over.aborted && !isInvalidToken(event),
    retryWait: pause,
    keepAlive: pingEveryMs,
    on: {
      connected() {
        lost = false;
        connectedAt = performance.now();
        onConnected?.();
      },
      closed: lose,
      error: lose,
      // Close the connection if a ping gets no response: the server may have lost power.
      ping(received) {
        if (!received) pongDue = setTimeout(() => client.terminate(), pongWithinMs);
      },
      pong(received) {
        if (received) clearTimeout(pongDue);
      },
    },
  });
  return { client, pause };
}

/** A WebSocket with a handshake timeout, because a hanging server may never respond. */
class WebSocketWithTimeout extends WebSocket {
  constructor(address: string, protocol: string) {
    super(address, protocol, { handshakeTimeout: handshakeWithinMs });
  }
}

function mapAnswer<Result>({ mapResponse }: Server, answer: Answer<Result>): Answer<Result> {
  const mapped = mapResponse?.(answer);
  return isAnswer<Result>(mapped) ? mapped : answer;
}

/** Applies `mapResponse` to the errors of a subscription that failed before its first event. */
function mapFailure(server: Server, failure: unknown): unknown {
  return Array.isArray(failure) ? (mapAnswer(server, { errors: failure }).errors ?? failure) : failure;
}

/** Whether an internal server error or a server restart ended the subscription. A new attempt can then succeed. */
function isTemporary(failure: unknown): boolean {
  if (Array.isArray(failure))
    return failure.some((error: AnsweredError) => error.extensions?.code === 'SERVER_STOPPING');
  return serverErrors.has(closeCodeOf(failure));
}

/** Converts a list of GraphQL errors or a close event to an AnswerError. */
function finalError(document: TypedDocumentString<unknown, never>, failure: unknown): AnswerError {
  if (Array.isArray(failure)) return answerError(document, failure);
  const message = reasonOf(failure);
  const code = closeCodeOf(failure);
  return code === tokenMissing || code === tokenInvalid
    ? answerError(document, [{ message, extensions: { code: 'UNAUTHENTICATED' } }])
    : new AnswerError(`The server ended ${nameOf(document)}: ${message}`);
}

function closeCodeOf(event: unknown): unknown {
  return typeof event === 'object' && event !== null && 'code' in event ? event.code : undefined;
}

function reasonOf(event: unknown): string {
  if (typeof event !== 'object' || event === null) return String(event);
  if ('message' in event && typeof event.message === 'string' && event.message !== '') return event.message;
  const reason = 'reason' in event && typeof event.reason === 'string' ? event.reason : '';
  const code = 'code' in event ? `code ${String(event.code)}` : 'the connection broke';
  return reason === '' ? code : reason;
}

function isFunction<Variables extends NamedValues>(
  variables: Variables | (() => Variables),
): variables is () => Variables {
  return typeof variables === 'function';
}
