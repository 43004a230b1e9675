import { ExpectedError, type ResponseErrorCode } from '../shared/expected-error.ts';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import helmet from 'helmet';
import { type Clock, waitAtMost } from '../shared/clock.ts';
import type { Limits } from '../graphql/limits/limits.ts';
import type { Log } from '../shared/log.ts';
import { endpoint, type GraphqlHandler } from './http/graphql-handler.ts';
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

/**
 * Adds security headers to every response. The GraphiQL page needs inline scripts, inline styles, and workers from
 * blobs.
 */
const addSecurityHeaders = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'", "'unsafe-inline'", 'blob:'],
      workerSrc: ["'self'", 'blob:'],
      styleSrc: ["'self'", "'unsafe-inline'"],
      fontSrc: ["'self'", 'data:'],
      imgSrc: ["'self'", 'data:'],
      connectSrc: ["'self'"],
      baseUri: ["'none'"],
      formAction: ["'none'"],
      frameAncestors: ["'none'"],
    },
  },
  xFrameOptions: { action: 'deny' },
  // The proxy that terminates TLS must add the header Strict-Transport-Security.
  strictTransportSecurity: false,
});

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
  const server = createServer(requestTimeouts, (request, response) => {
    addSecurityHeaders(request, response, () => {
      if (normalizeRequestUrl(request)) void handler.yoga(request, response);
      else rejectRequestUrl(response);
    });
  });
  const requestsAnswered = watchRequests(server);
  const listening = await listen(server, host, port);
  // Create the WebSocket server after the HTTP server has started to listen. Otherwise, both would report the same
  // error.
  const sockets = serveWebSockets(server, handler, { limits, allowedOrigins, clock, log });
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${listening}${endpoint}`,
    async stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      await waitAtMost(graceMs, clock, Promise.all([requestsAnswered(), sockets.stop()]));
      sockets.terminate();
      // Close the remaining connections: event streams, and requests that took too long.
      server.closeAllConnections();
      await closed;
    },
  };
}

/**
 * Returns a function that waits until all requests are answered. It does not wait for event streams, because they do
 * not end.
 */
function watchRequests(server: Server): () => Promise<void> {
  const pending = new Set<ServerResponse>();
  let onEnd: (() => void) | undefined;
  server.on('request', (_request, response) => {
    pending.add(response);
    response.on('close', () => {
      pending.delete(response);
      onEnd?.();
    });
  });
  return () =>
    new Promise((resolve) => {
      onEnd = () => {
        if ([...pending].every(isEventStream)) resolve();
      };
      onEnd();
    });
}

/** Checks the response, because a request may accept event streams but get another type. */
function isEventStream(response: ServerResponse): boolean {
  return response.getHeader('content-type') === 'text/event-stream';
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(listenError(error, host, port)));
    server.listen(port, host, () => {
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

/** The form of a valid header Host: a host name or address, and an optional port. */
const hostForm = /^[\w.:[\]-]*$/;

/**
 * Reduces an absolute URL, which proxies may send, to its path and query. Returns whether the URL is valid, because
 * Yoga would answer an invalid URL with a stack trace.
 */
function normalizeRequestUrl(request: IncomingMessage): boolean {
  const { url = '', headers } = request;
  if (/^https?:/i.test(url) && URL.canParse(url)) {
    const { pathname, search } = new URL(url);
    request.url = pathname + search;
  }
  const { host = '' } = headers;
  return (
    request.url?.startsWith('/') === true &&
    hostForm.test(host) &&
    URL.canParse(`http://${host || 'localhost'}${request.url}`)
  );
}

function rejectRequestUrl(response: ServerResponse): void {
  const message =
    'The request URL is invalid. Send a path that starts with /, and the name of the server in the header Host';
  response.writeHead(400, { 'content-type': 'application/json', connection: 'close' });
  response.end(
    JSON.stringify({
      errors: [{ message, extensions: { code: 'BAD_REQUEST' satisfies ResponseErrorCode } }],
    }),
  );
}
