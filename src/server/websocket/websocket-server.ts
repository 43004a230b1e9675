import type { IncomingMessage, Server } from 'node:http';
import { handleProtocols } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Limits } from '../../graphql/limits/limits.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Log } from '../../shared/log.ts';
import { isLoopbackHost } from '../http/dns-rebinding.ts';
import { endpoint, type GraphqlHandler } from '../http/graphql-handler.ts';
import { answerPings } from './answer-pings.ts';
import { confirmationTimeoutMs, createCloseSocket, restartCode } from './close-socket.ts';
import { serveGraphqlTransportWs } from './graphql-transport-ws.ts';
import { keepAlive } from './keep-alive.ts';
import { createSocketAuthentication } from './socket-authentication.ts';
import { createSocketOperations } from './socket-operations.ts';

export interface SocketServerOptions {
  limits: Limits;
  /** Other web origins whose pages may open WebSockets. */
  allowedOrigins: readonly string[];
  clock: Clock;
  log: Log;
}

export interface SocketServer {
  /**
   * Rejects new operations. Closes each WebSocket when its queries and mutations are answered, and waits until all are
   * closed.
   */
  stop(): Promise<void>;
  /** Disconnects the WebSockets that are still open. */
  terminate(): void;
}

/** How the server reads the WebSocket protocol. */
const protocolOptions = {
  // Read one message in each turn of the event loop, so that a flood of small messages does not hold up other clients.
  allowSynchronousEvents: false,
  // `answerPings` answers.
  autoPong: false,
  // The type definitions of ws 8.18 lack this option.
  closeTimeout: confirmationTimeoutMs,
};

/** Serves GraphQL over WebSocket, on the same port and path as GraphQL over HTTP. */
export function serveWebSockets(
  server: Server,
  handler: GraphqlHandler,
  { limits, allowedOrigins, clock, log }: SocketServerOptions,
): SocketServer {
  const { authentication, rateLimit, connections, metrics } = handler;
  const closeSocket = createCloseSocket(clock);
  const socketAuthentication = createSocketAuthentication({
    authentication,
    rateLimit,
    connections,
    limits,
    metrics,
    closeSocket,
    log,
  });
  const sockets = new WebSocketServer({
    ...protocolOptions,
    server,
    path: endpoint,
    maxPayload: limits.socketMessageBytes,
    handleProtocols: (offered) => handleProtocols(offered),
    verifyClient: ({ origin, req: { headers } }: { origin: string | undefined; req: IncomingMessage }) =>
      // Programs other than browsers send no web origin.
      (origin === undefined || allowedOrigins.includes(origin) || isSameOrigin(origin, headers.host)) &&
      // Without authentication, accept only loopback names in the header Host, as protection against DNS rebinding.
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

  sockets.on('connection', (socket, { socket: connection }) => {
    socketAuthentication.opened(socket, connection);
    answerPings(socket);
    const closed = metrics.socketOpened();
    socket.once('close', () => {
      closed();
      operations.forget(socket);
    });
  });
  serveGraphqlTransportWs(
    sockets,
    {
      ...operations.hooks,
      connectionInitWaitTimeout: limits.socketInitTimeoutMs,
      onConnect: ({ extra, connectionParams }) => socketAuthentication.authenticate(extra, connectionParams),
    },
    {
      limits,
      answerLimit: handler.answerLimit,
      closeSocket,
      metrics,
      log,
      countUnread: (socket, bytes) =>
        handler.unreadAnswers.add(socketAuthentication.principalOf(socket).clientId, bytes),
    },
  );
  keepAlive(sockets, clock);
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
 * Whether the page with this web origin belongs to this server. CORS does not apply to WebSockets, so the server must
 * check the origin itself.
 */
function isSameOrigin(origin: string, host: string | undefined): boolean {
  return URL.canParse(origin) && new URL(origin).host === host;
}
