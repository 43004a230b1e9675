import { createServer, type Server } from 'node:http';
import { ExpectedError } from '../shared/expected-error.ts';
import { type Clock, waitAtMost } from '../shared/clock.ts';
import type { Limits } from '../graphql/limits/limits.ts';
import type { Log } from '../shared/log.ts';
import { endpoint, type GraphqlHandler } from './http/graphql-handler.ts';
import { createConnectionLimit } from './connection-limit.ts';
import { handleInOrder } from './http/pipelined-requests.ts';
import { answerMalformedRequests } from './http/malformed-requests.ts';
import { createRequestListener } from './http/request-listener.ts';
import { disconnectSlowReaders } from './slow-readers.ts';
import { serveWebSockets } from './websocket/websocket-server.ts';

/** The server cannot listen on the configured address and port. The message says why and what to do. */
export class ListenError extends ExpectedError {
  override readonly name = 'ListenError';

  constructor(message: string, options?: ErrorOptions) {
    super({ code: 'SETTINGS', message, ...options, parameters: {} });
  }
}

export interface RunningServer {
  /** The URL of GraphQL. */
  url: string;
  /** Answers the running requests and operations, rejects new ones, and ends all subscriptions. */
  stop(): Promise<void>;
}

/** How long a client may take to send the headers and the whole request, in milliseconds. */
const requestTimeouts = {
  headersTimeout: 10_000,
  requestTimeout: 60_000,
  connectionsCheckingInterval: 5_000,
};

/** Lets this server answer a request without the header Host. Node.js would send an empty response. */
const requireHostHeader = false;

/**
 * How long an unused connection stays open, in milliseconds. A request that arrives while the server closes its
 * connection fails with ECONNRESET. The usual clients and proxies close unused connections sooner than the server.
 */
const keepAliveTimeout = 75_000;

/**
 * How many new connections the operating system keeps while the server is busy. It drops further ones, and their
 * clients try again only after a second. The default of Node.js is 511.
 */
const waitingConnections = 4_096;

/** How long a stopping server waits for running requests and operations, in milliseconds. */
const graceMs = 10_000;

export interface ServerOptions {
  host: string;
  port: number;
  limits: Limits;
  allowedOrigins: readonly string[];
  clock: Clock;
  log: Log;
}

/** Throws ListenError. */
export async function startServer(
  handler: GraphqlHandler,
  { host, port, limits, allowedOrigins, clock, log }: ServerOptions,
): Promise<RunningServer> {
  const { listener, ended, answered } = createRequestListener(handler.handle);
  const connectionLimit = createConnectionLimit({ limits, onExceeded: handler.metrics.limitExceeded });
  const server = createServer(
    { ...requestTimeouts, keepAliveTimeout, requireHostHeader },
    handleInOrder(listener, {
      maxWaiting: limits.pipelinedRequests,
      onExceeded: () => handler.metrics.limitExceeded('MAX_PIPELINED_REQUESTS'),
      onBegin: connectionLimit.requestBegan,
      onEnd(incoming, outgoing) {
        connectionLimit.requestEnded(incoming);
        ended(outgoing);
      },
    }),
  );
  connectionLimit.limit(server);
  disconnectSlowReaders(server, {
    clock,
    timeoutMs: limits.slowReaderTimeoutMs,
    onDisconnected() {
      handler.metrics.limitExceeded('SLOW_READER_TIMEOUT');
      log.debug('a client that did not read its data was disconnected');
    },
  });
  const listening = await listen(server, host, port);
  // Create the WebSocket server after the HTTP server has started to listen. Otherwise, both would report the same
  // error.
  const sockets = serveWebSockets(server, handler, { limits, allowedOrigins, clock, log });
  answerMalformedRequests(server);
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${listening}${endpoint}`,
    async stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      await waitAtMost(graceMs, clock, Promise.all([answered(), sockets.stop()]));
      sockets.terminate();
      // Close the remaining connections: event streams, and requests that took too long.
      server.closeAllConnections();
      await closed;
    },
  };
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(listenError(error, host, port)));
    server.listen({ port, host, backlog: waitingConnections }, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

function listenError(error: Error, host: string, port: number): ListenError {
  const code = 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE')
    return new ListenError(
      `Port ${port} on ${host} is in use by another program. Stop that program, or set PORT to another port (0 picks a free port)`,
    );
  if (code === 'EACCES')
    return new ListenError(
      `The user that runs the server may not listen on port ${port}. Set PORT to a port above 1023`,
    );
  return new ListenError(
    `The server cannot listen on ${host}, port ${port}: ${error.message}. Check HOST and PORT`,
  );
}
