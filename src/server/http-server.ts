import { createServer, type Server, type ServerResponse } from 'node:http';
import helmet from 'helmet';
import { type Clock, noLongerThan } from '../shared/clock.ts';
import type { Limits } from '../graphql/limits/limits.ts';
import type { Log } from '../shared/log.ts';
import { isEventStream } from './http/event-streams.ts';
import { endpoint, type GraphqlHandler } from './http/graphql-handler.ts';
import { normalizeRequestUrl, rejectRequestUrl } from './http/request-url.ts';
import { serveWebSockets } from './websocket/websocket-server.ts';

/** The server could not listen; the message says where and what to do. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
}

export interface RunningServer {
  /** Where GraphQL is served. */
  url: string;
  /** Takes no more requests and begins no more operations, answers those under way, ends every subscription. */
  stop(): Promise<void>;
}

/** How long a client may take to send the headers of a request, and all of it, in milliseconds. */
const patience = { headersTimeout: 10_000, requestTimeout: 60_000, connectionsCheckingInterval: 5_000 };

/** What browsers are told not to do with answers. GraphiQL is one page with its program inside of it. */
const secure = helmet({
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
  // For whoever speaks TLS in front of this server to say, of its own name.
  strictTransportSecurity: false,
});

/** How long the answers that are under way are waited for when the server stops, in milliseconds. */
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
  const server = createServer(patience, (request, response) => {
    secure(request, response, () => {
      if (normalizeRequestUrl(request)) void handler.yoga(request, response);
      else rejectRequestUrl(response);
    });
  });
  const answered = watchAnswers(server);
  const listening = await listen(server, host, port);
  // Not before: the socket server would report a failed listen once more, as a fault.
  const sockets = serveWebSockets(server, handler, { limits, allowedOrigins, clock, log });
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${listening}${endpoint}`,
    async stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      await noLongerThan(graceMs, clock, Promise.all([answered(), sockets.stop()]));
      sockets.terminate();
      // What is left are event streams, which have no end of their own, and what did not come to an end in time.
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Returns what waits until every request is answered that can be: event streams have no end of their own. */
function watchAnswers(server: Server): () => Promise<void> {
  const underWay = new Set<ServerResponse>();
  let onEnd: (() => void) | undefined;
  server.on('request', (_request, response) => {
    underWay.add(response);
    response.on('close', () => {
      underWay.delete(response);
      onEnd?.();
    });
  });
  return () =>
    new Promise((resolve) => {
      onEnd = () => {
        if ([...underWay].every(isEventStream)) resolve();
      };
      onEnd();
    });
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
      `Port ${port} on ${host} is taken by another program. End it, or choose another port with PORT (0 picks a free one)`,
    );
  if (code === 'EACCES')
    return new ListenError(`This user may not listen on port ${port}. Choose one above 1023 with PORT`);
  return new ListenError(
    `The server cannot listen on ${host}, port ${port}: ${error.message}. Check HOST and PORT`,
  );
}
