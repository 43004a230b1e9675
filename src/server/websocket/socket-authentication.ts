import type { Socket } from 'node:net';
import { CloseCode } from 'graphql-ws';
import type { WebSocket } from 'ws';
import type { Principal } from '../../domain/principal.ts';
import type { Limits } from '../../graphql/limits/limits.ts';
import type { Log } from '../../shared/log.ts';
import { type Authentication, bearerToken } from '../auth/authentication.ts';
import { UnauthenticatedError } from '../auth/errors.ts';
import { authenticate, authenticationError } from '../http/authentication.ts';
import { type LongLivedConnections, tokenEnded } from '../operations/long-lived-connections.ts';
import type { RateLimit } from '../operations/rate-limit.ts';
import { type CloseSocket, tryAgainLaterCode } from './close-socket.ts';
import type { SocketExtra } from './graphql-transport-ws.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { limitUnauthenticatedTraffic } from './unauthenticated-traffic.ts';

export interface SocketAuthenticationOptions {
  authentication: Authentication;
  rateLimit: RateLimit;
  connections: LongLivedConnections;
  limits: Pick<Limits, 'socketsWithoutInit' | 'socketMessagesBeforeInit' | 'socketBytesBeforeInit'>;
  metrics: Pick<Metrics, 'limitExceeded'>;
  closeSocket: CloseSocket;
  log: Log;
}

/** Authenticates each WebSocket by its message `connection_init`. */
export interface SocketAuthentication {
  /** Call this for each new WebSocket. It is unauthenticated until its client sends `connection_init`. */
  opened(socket: WebSocket, connection: Socket): void;
  /** Returns whether the client is authenticated. If not, the WebSocket has been closed with a reason. */
  authenticate(
    extra: SocketExtra,
    connectionParams: Readonly<Record<string, unknown>> | undefined,
  ): Promise<boolean>;
  /** Returns the client of an authenticated WebSocket. */
  principalOf(socket: WebSocket): Principal;
}

export function createSocketAuthentication({
  authentication,
  rateLimit,
  connections,
  limits,
  metrics,
  closeSocket,
  log,
}: SocketAuthenticationOptions): SocketAuthentication {
  /** The WebSockets whose clients are not authenticated, oldest first, with functions that lift their limits. */
  const unauthenticated = new Map<WebSocket, () => void>();
  const principals = new WeakMap<WebSocket, Principal>();

  const reject = (socket: WebSocket, code: number, reason: string, setting?: unknown) => {
    if (typeof setting === 'string') metrics.limitExceeded(setting);
    unauthenticated.delete(socket);
    closeSocket(socket, code, reason);
  };

  return {
    opened(socket, connection) {
      const liftLimits = limitUnauthenticatedTraffic(socket, {
        connection,
        limits,
        reject: (setting, code, reason) => reject(socket, code, reason, setting),
      });
      unauthenticated.set(socket, liftLimits);
      socket.once('close', () => unauthenticated.delete(socket));
      const [oldest] = unauthenticated.keys();
      // Close the oldest WebSocket, so that many silent clients cannot lock out a client that sends its token
      // immediately.
      if (unauthenticated.size > limits.socketsWithoutInit && oldest !== undefined)
        reject(
          oldest,
          tryAgainLaterCode,
          'Too many WebSockets wait for connection_init. Send connection_init at once',
          'MAX_SOCKETS_WITHOUT_INIT',
        );
    },
    async authenticate({ socket, request }, connectionParams) {
      const address = request.socket.remoteAddress;
      try {
        const principal = await authenticate(
          authentication,
          rateLimit,
          tokenOf(connectionParams, request.headers.authorization),
          address,
        );
        // Do not count a closed WebSocket. Without another event 'close', the WebSocket would be counted forever.
        if (socket.readyState !== socket.OPEN) return false;
        const release = connections.open(principal, address, () =>
          closeSocket(socket, CloseCode.Forbidden, tokenEnded),
        );
        socket.once('close', release);
        unauthenticated.get(socket)?.();
        unauthenticated.delete(socket);
        principals.set(socket, principal);
        return true;
      } catch (error) {
        const { message, extensions } = authenticationError(error, log);
        reject(socket, closeCodeOf(error), message, extensions.setting);
        return false;
      }
    },
    principalOf(socket) {
      const principal = principals.get(socket);
      if (principal === undefined) throw new Error('The socket was not authenticated');
      return principal;
    },
  };
}

/**
 * Returns the token in `connection_init`, or else the token in the header. Browsers cannot send headers with a
 * WebSocket, so they use `connection_init`.
 */
function tokenOf(
  connectionParams: Readonly<Record<string, unknown>> | undefined,
  header: string | undefined,
): string | undefined {
  const [, sent] =
    Object.entries(connectionParams ?? {}).find(([name]) => name.toLowerCase() === 'authorization') ?? [];
  return bearerToken(sent ?? header);
}

function closeCodeOf(error: unknown): number {
  if (!(error instanceof UnauthenticatedError)) return tryAgainLaterCode;
  return error.isMissing ? CloseCode.Unauthorized : CloseCode.Forbidden;
}
