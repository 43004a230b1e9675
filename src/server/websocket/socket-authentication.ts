import { CloseCode } from 'graphql-ws';
import type { WebSocket } from 'ws';
import type { Authentication } from '../auth/authentication.ts';
import { UnauthenticatedError } from '../auth/errors.ts';
import type { Principal } from '../../domain/principal.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Limits } from '../../graphql/limits/limits.ts';
import type { Log } from '../../shared/log.ts';
import { authenticationError, admit } from '../http/authentication.ts';
import { bearerToken } from '../auth/bearer-token.ts';
import type { ConnectionLimit } from '../operations/connection-limit.ts';
import type { SocketExtra } from './graphql-transport-ws.ts';
import type { RateLimit } from '../operations/rate-limit.ts';

export interface SocketAuthenticationOptions {
  authentication: Authentication;
  rate: RateLimit;
  connections: ConnectionLimit;
  limits: Pick<Limits, 'socketsWithoutInit'>;
  clock: Clock;
  log: Log;
}

export interface SocketAuthentication {
  /** Takes note of a socket that has not said who it is. */
  opened(socket: WebSocket): void;
  /** Whether the socket may stay, after it was looked who it is; if not, it has been closed with a reason. */
  admit(
    extra: SocketExtra,
    connectionParams: Readonly<Record<string, unknown>> | undefined,
  ): Promise<boolean>;
  /** Who was admitted on this socket. */
  principalOn(socket: WebSocket): Principal;
}

/** The server has no room now; a client may try again. */
const tryAgainLater = 1013;

/** How long a socket may take to agree to its end, in milliseconds. */
const farewellMs = 1_000;

/** Decides which sockets may stay, and sees to it that those do which have shown a token. */
export function createSocketAuthentication(options: SocketAuthenticationOptions): SocketAuthentication {
  const { authentication, rate, connections, limits, clock, log } = options;
  /** The one that has waited the longest first. */
  const strangers = new Set<WebSocket>();
  const viewers = new WeakMap<WebSocket, Principal>();

  const dismiss = (socket: WebSocket, code: number, reason: string) => {
    strangers.delete(socket);
    socket.close(code, shortened(reason));
    const farewell = clock.setTimer(farewellMs, () => socket.terminate(), { unref: true });
    socket.once('close', () => farewell.cancel());
  };

  return {
    opened(socket) {
      strangers.add(socket);
      socket.once('close', () => strangers.delete(socket));
      const [first] = strangers;
      // Never the newest: whoever has a token needs but a moment to show it.
      if (strangers.size > limits.socketsWithoutInit && first !== undefined)
        dismiss(first, tryAgainLater, 'Too many sockets are open that have not said who they are');
    },
    async admit({ socket, request }, connectionParams) {
      const address = request.socket.remoteAddress;
      try {
        const principal = await admit(
          authentication,
          rate,
          tokenOf(connectionParams, request.headers.authorization),
          address,
        );
        // It may be gone by now, and what it took would be given back to nobody.
        if (socket.readyState !== socket.OPEN) return false;
        socket.once('close', connections.open(principal, address));
        socket.once(
          'close',
          authentication.untilRevoked(principal, () =>
            dismiss(socket, CloseCode.Forbidden, 'The token has expired, or was revoked or changed'),
          ),
        );
        strangers.delete(socket);
        viewers.set(socket, principal);
        return true;
      } catch (error) {
        dismiss(socket, closeCodeOf(error), authenticationError(error, log).message);
        return false;
      }
    },
    principalOn(socket) {
      const principal = viewers.get(socket);
      if (principal === undefined)
        throw new Error('An operation was begun on a socket that nobody was admitted on');
      return principal;
    },
  };
}

/** In the payload of connection_init, since browsers send no headers with a socket; programs may use the header. */
function tokenOf(
  connectionParams: Readonly<Record<string, unknown>> | undefined,
  header: string | undefined,
): string | undefined {
  const [, sent] =
    Object.entries(connectionParams ?? {}).find(([name]) => name.toLowerCase() === 'authorization') ?? [];
  return bearerToken(sent ?? header);
}

function closeCodeOf(error: unknown): number {
  if (!(error instanceof UnauthenticatedError)) return tryAgainLater;
  return error.isMissing ? CloseCode.Unauthorized : CloseCode.Forbidden;
}

/** The reason of a close frame has 123 bytes at most. */
function shortened(reason: string): string {
  const bytes = Buffer.from(reason);
  if (bytes.length <= 123) return reason;
  // Half a character at the end would be no text.
  return `${bytes
    .subarray(0, 120)
    .toString()
    .replace(/\uFFFD+$/, '')}…`;
}
