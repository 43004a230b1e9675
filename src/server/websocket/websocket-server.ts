import type { IncomingMessage, Server } from 'node:http';
import { handleProtocols } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Limits } from '../../graphql/limits/limits.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Log } from '../../shared/log.ts';
import { isLoopbackHost } from '../http/dns-rebinding.ts';
import { endpoint, type GraphqlHandler } from '../http/graphql-handler.ts';
import { createCloseSocket, restartCode } from './close-socket.ts';
import { serveGraphqlTransportWs } from './graphql-transport-ws.ts';
import { keepAlive } from './keep-alive.ts';
import { createSocketAuthentication } from './socket-authentication.ts';
import { createSocketOperations } from './socket-operations.ts';

export interface SocketServerOptions {
  limits: Limits;
  /** Origins whose pages may open sockets, in addition to the server's own origin. */
  allowedOrigins: readonly string[];
  clock: Clock;
  log: Log;
}

export interface SocketServer {
  /**
   * Rejects new operations, and closes each socket when its queries and mutations are answered. Waits until all sockets
   * are closed and no operation runs.
   */
  stop(): Promise<void>;
  /** Disconnects the sockets that are still open. */
  terminate(): void;
}

/** Serves GraphQL over WebSocket on the port and path of HTTP. */
export function serveWebSockets(
  server: Server,
  handler: GraphqlHandler,
  { limits, allowedOrigins, clock, log }: SocketServerOptions,
): SocketServer {
  const { authentication, rateLimit, connections } = handler;
  const closeSocket = createCloseSocket(clock);
  const socketAuthentication = createSocketAuthentication({
    authentication,
    rateLimit,
    connections,
    limits,
    closeSocket,
    log,
  });
  const sockets = new WebSocketServer({
    server,
    path: endpoint,
    maxPayload: limits.socketMessageBytes,
    handleProtocols: (offered) => handleProtocols(offered),
    verifyClient: ({ origin, req: { headers } }: { origin: string | undefined; req: IncomingMessage }) =>
      (origin === undefined || allowedOrigins.includes(origin) || isSameOrigin(origin, headers.host)) &&
      // Protects against DNS rebinding in the same way as for HTTP.
      (authentication.isRequired || isLoopbackHost(headers.host)),
  });

  let isStopping = false;
  const closeIfIdle = (socket: WebSocket) => {
    if (isStopping && !operations.hasUnanswered(socket))
      closeSocket(socket, restartCode, 'The server is stopping');
  };
  const operations = createSocketOperations({
    handler,
    limits,
    principalOf: socketAuthentication.principalOf,
    onAnswered: closeIfIdle,
  });

  serveGraphqlTransportWs(
    sockets,
    {
      ...operations.hooks,
      connectionInitWaitTimeout: limits.socketInitTimeoutMs,
      onConnect: ({ extra, connectionParams }) => socketAuthentication.authenticate(extra, connectionParams),
    },
    { closeSocket, log },
  );
  keepAlive(sockets, clock);
  sockets.on('connection', (socket) => {
    socketAuthentication.opened(socket);
    const closed = handler.metrics.socketOpened();
    socket.once('close', () => {
      closed();
      operations.forget(socket);
    });
  });
  return {
    async stop() {
      isStopping = true;
      operations.stop();
      const closed = new Promise<void>((resolve) => sockets.close(() => resolve()));
      for (const socket of sockets.clients) closeIfIdle(socket);
      await closed;
      await operations.settled();
    },
    terminate() {
      for (const socket of sockets.clients) socket.terminate();
    },
  };
}

/**
 * Protects against cross-site WebSocket hijacking. CORS does not apply to WebSockets: a page can open a WebSocket to
 * any host, and the browser only sends the origin of the page. Other programs send no origin.
 */
function isSameOrigin(origin: string, host: string | undefined): boolean {
  return URL.canParse(origin) && new URL(origin).host === host;
}
