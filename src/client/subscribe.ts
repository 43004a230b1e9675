import { setTimeout as delay } from 'node:timers/promises';
import { type Client, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import {
  type Answer,
  type AnsweredError,
  AnswerError,
  answerError,
  dataOf,
  type NamedValues,
  nameOf,
} from './answer.ts';
import type { TypedDocumentString } from './generated/graphql.ts';

/** Who is asked. */
export interface Server {
  /** Where GraphQL is served, for example `http://127.0.0.1:4000/graphql`. */
  url: string;
  /** What is shown to a server that asks for it; a function is called anew for each request and connection. */
  token?: string | (() => string | Promise<string>) | undefined;
}

/** The header that shows a token, which is also what a socket is begun with. */
export async function authorization(token: Server['token']): Promise<Record<string, string>> {
  const shown = typeof token === 'function' ? await token() : token;
  return shown === undefined ? {} : { authorization: `Bearer ${shown}` };
}

export interface SubscribeOptions {
  /** Ends the iteration, also while it waits. */
  signal?: AbortSignal | undefined;
  /** The connection stands, for the first time or again. */
  onConnected?: (() => void) | undefined;
  /** The connection broke, or could not be made; it is tried again until it stands. Called once for each outage. */
  onLost?: ((reason: string) => void) | undefined;
}

const firstRetryMs = 250;
const longestRetryMs = 5_000;
const handshakeWithinMs = 10_000;
const pingEveryMs = 10_000;
const pongWithinMs = 5_000;

/** What a socket is closed with whose token is missing, and whose token does not let anybody in. */
const tokenMissing = 4401;
const tokenRefused = 4403;

/** What graphql-ws takes to be final: what the client sent is wrong, and would be sent again. */
const refusals: ReadonlySet<unknown> = new Set([4004, 4005, 4400, tokenMissing, 4406, 4409, 4429]);

/** What a socket is closed with after a fault of the server. graphql-ws would take either to be final. */
const serverErrors: ReadonlySet<unknown> = new Set([1011, 4500]);

/**
 * The events of a subscription, over a WebSocket of its own that is opened with the first one asked for. A broken
 * connection is made again for as long as it takes.
 *
 * What happens to the events around a break depends on `variables`. A function is called anew for each connection,
 * so it can say where to go on: events that had arrived and were not taken yet are dropped then, since the server
 * sends them again. Plain variables are simply sent again: what had arrived stays, what happened meanwhile is lost.
 *
 * Throws AnswerError when the server refuses the subscription or fails at it; no further attempt would help then.
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
    // Read once for each connection, when the request is written to it.
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
        if (passes(error)) void beginAgain();
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
      if (answer !== undefined) yield dataOf(document, answer);
      else if (failure !== undefined) throw refusal(document, failure);
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
  /** Waits before the next attempt, longer each time until a connection has stood for a while. */
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
  // The same token again would be refused again; a function may have another one by then.
  const isRefusedToken = (event: unknown) =>
    typeof token !== 'function' && closeCodeOf(event) === tokenRefused;
  const lose = (event: unknown) => {
    clearTimeout(pongDue);
    if (lost || over.aborted || refusals.has(closeCodeOf(event)) || isRefusedToken(event)) return;
    lost = true;
    // Not as soon as one is made: a server that breaks off whatever it accepts would be asked without a pause.
    if (performance.now() - connectedAt > longestRetryMs) attempts = 0;
    onLost?.(reasonOf(event));
  };
  const pause = async () => {
    const longest = Math.min(firstRetryMs * 2 ** attempts, longestRetryMs);
    attempts += 1;
    // Scattered, so that the subscribers of a server that comes back do not all come back at once.
    await delay(longest * (0.5 + Math.random() / 2), undefined, { signal: over }).catch(() => undefined);
  };
  const client = createClient({
    url: url.replace(/^http/, 'ws'),
    connectionParams: () => authorization(token),
    webSocketImpl: WebSocketThatOpensInTime,
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: (event) => !over.aborted && !isRefusedToken(event),
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
      // A machine that vanishes closes nothing: without an answer to a ping, the silence would last for ever.
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

/** A server that hangs may accept a connection and then say nothing, which would be waited for without end. */
class WebSocketThatOpensInTime extends WebSocket {
  constructor(address: string, protocol: string) {
    super(address, protocol, { handshakeTimeout: handshakeWithinMs });
  }
}

/** Whether it is worth while to subscribe again: the server had a fault, or is about to be replaced by another. */
function passes(failure: unknown): boolean {
  if (Array.isArray(failure))
    return failure.some((error: AnsweredError) => error.extensions?.code === 'SERVER_STOPPING');
  return serverErrors.has(closeCodeOf(failure));
}

/** What graphql-ws gives up on: errors of GraphQL, or the close of the socket with a code that is final. */
function refusal(document: TypedDocumentString<unknown, never>, failure: unknown): AnswerError {
  if (Array.isArray(failure)) return answerError(document, failure);
  const message = reasonOf(failure);
  const code = closeCodeOf(failure);
  return code === tokenMissing || code === tokenRefused
    ? answerError(document, [{ message, extensions: { code: 'UNAUTHENTICATED' } }])
    : new AnswerError(`${nameOf(document)} was ended by the server: ${message}`);
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
