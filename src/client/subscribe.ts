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

/** The server to connect to. */
export interface Server {
  /** The URL of the GraphQL endpoint, for example `http://127.0.0.1:4000/graphql`. */
  url: string;
  /** The token, if the server requires one. If it is a function, it is called for each request and connection. */
  token?: string | (() => string | Promise<string>) | undefined;
  /** The `extensions` of every request. */
  extensions?: Readonly<Record<string, unknown>> | undefined;
  /** Gets the JSON of each response and event. Returns the response that replaces it. */
  mapResponse?: ((response: unknown) => unknown) | undefined;
}

/** The header of an HTTP request, or the payload of `connection_init` on a WebSocket. */
export async function authorization(token: Server['token']): Promise<Record<string, string>> {
  const shown = typeof token === 'function' ? await token() : token;
  return shown === undefined ? {} : { authorization: `Bearer ${shown}` };
}

export interface SubscribeOptions {
  /** Ends the iteration, even while it waits for an event. */
  signal?: AbortSignal | undefined;
  /** Called after each connect and reconnect. */
  onConnected?: (() => void) | undefined;
  /** Called once per outage, when the connection breaks or cannot be opened. The client then reconnects. */
  onLost?: ((reason: string) => void) | undefined;
}

const firstRetryMs = 250;
const longestRetryMs = 5_000;
const handshakeWithinMs = 10_000;
const pingEveryMs = 10_000;
const pongWithinMs = 5_000;

/** The close codes for a missing token and for an invalid token. */
const tokenMissing = 4401;
const tokenInvalid = 4403;

/** Close codes for an invalid message of the client. graphql-ws does not reconnect after these codes. */
const finalCloseCodes: ReadonlySet<unknown> = new Set([4004, 4005, 4400, tokenMissing, 4406, 4409, 4429]);

/** Close codes for an internal error of the server. Only this client reconnects after these codes, not graphql-ws. */
const serverErrors: ReadonlySet<unknown> = new Set([1011, 4500]);

/**
 * Returns the events of a subscription. It uses one WebSocket, which opens when the first event is requested. After a
 * lost connection it reconnects, without a limit.
 *
 * `variables` determine what happens to events around a reconnect. A function is called for each connection and can
 * return the cursor to continue from. Events that have arrived but were not read are then dropped, because the server
 * sends them again. Plain variables are sent again unchanged. Events that have arrived are then kept, and events during
 * the outage are lost.
 *
 * Throws AnswerError if the server rejects the subscription, so that retrying would not help.
 */
export async function* subscribe<Result, Variables extends NamedValues>(
  server: Server,
  document: TypedDocumentString<Result, Variables>,
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
    // graphql-ws reads this property once per connection, when it sends the request.
    get variables() {
      if (!isFunction(variables)) return variables;
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
  /** Waits before the next attempt to connect. The wait gets longer until a connection has lasted for some time. */
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
  // A fixed token would be rejected again, but a function can return a new token.
  const isInvalidToken = (event: unknown) =>
    typeof token !== 'function' && closeCodeOf(event) === tokenInvalid;
  const lose = (event: unknown) => {
    clearTimeout(pongDue);
    if (lost || over.aborted || finalCloseCodes.has(closeCodeOf(event)) || isInvalidToken(event)) return;
    lost = true;
    // Reset the attempts only after some time: a server that closes every connection must not get retries without pause.
    if (performance.now() - connectedAt > longestRetryMs) attempts = 0;
    onLost?.(reasonOf(event));
  };
  const pause = async () => {
    const longest = Math.min(firstRetryMs * 2 ** attempts, longestRetryMs);
    attempts += 1;
    // The wait is random, so that not all clients of a restarted server reconnect at the same time.
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
      // A machine that loses power does not close its connections. A missing pong shows that it no longer responds.
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

/** A WebSocket with a timeout for its handshake: a server that hangs can accept a connection and then send nothing. */
class WebSocketWithTimeout extends WebSocket {
  constructor(address: string, protocol: string) {
    super(address, protocol, { handshakeTimeout: handshakeWithinMs });
  }
}

function mapAnswer<Result>({ mapResponse }: Server, answer: Answer<Result>): Answer<Result> {
  const mapped = mapResponse?.(answer);
  return isAnswer<Result>(mapped) ? mapped : answer;
}

/** Maps the errors of a subscription that fails before its first event. They come without the rest of a response. */
function mapFailure(server: Server, failure: unknown): unknown {
  return Array.isArray(failure) ? (mapAnswer(server, { errors: failure }).errors ?? failure) : failure;
}

/** Whether to subscribe again: after an internal error of the server, or while it restarts. */
function isTemporary(failure: unknown): boolean {
  if (Array.isArray(failure))
    return failure.some((error: AnsweredError) => error.extensions?.code === 'SERVER_STOPPING');
  return serverErrors.has(closeCodeOf(failure));
}

/** Converts a final failure of graphql-ws: GraphQL errors, or a close event. */
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
