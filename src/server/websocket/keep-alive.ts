import type { Socket } from 'node:net';
import type { WebSocket, WebSocketServer } from 'ws';
import type { Clock, Timer } from '../../shared/clock.ts';

const pingIntervalMs = 15_000;

/** After this many unanswered pings, a silent client is disconnected. Four pings take one minute. */
const maxUnansweredPings = 4;

interface Peer {
  connection: Socket;
  /** The number of bytes that the client had sent at the last check. */
  bytesRead: number;
  /** The number of pings since the client last sent a byte. */
  unansweredPings: number;
  /** Whether a ping still waits to be sent. */
  isPinging: boolean;
}

/**
 * Disconnects clients that no longer respond. Counts unanswered pings, not time, because a suspended server must keep
 * its clients.
 */
export function keepAlive(sockets: WebSocketServer, clock: Clock): void {
  const peers = new Map<WebSocket, Peer>();
  let timer: Timer | undefined;

  const schedule = () => {
    timer = clock.setTimer(pingIntervalMs, pingAll, { unref: true });
  };

  const pingAll = () => {
    for (const [socket, peer] of peers) {
      if (peer.connection.bytesRead > peer.bytesRead) {
        peer.bytesRead = peer.connection.bytesRead;
        peer.unansweredPings = 0;
      }
      // Do not ping a client that reads slowly, because the ping would wait behind unsent messages.
      if (peer.isPinging || socket.bufferedAmount > 0) continue;
      if (peer.unansweredPings >= maxUnansweredPings) {
        socket.terminate();
        continue;
      }
      peer.isPinging = true;
      socket.ping(undefined, undefined, () => {
        peer.isPinging = false;
        peer.unansweredPings += 1;
      });
    }
    schedule();
  };

  sockets.on('connection', (socket, { socket: connection }) => {
    peers.set(socket, {
      connection,
      bytesRead: connection.bytesRead,
      unansweredPings: 0,
      isPinging: false,
    });
    if (timer === undefined) schedule();
    socket.once('close', () => {
      peers.delete(socket);
      if (peers.size > 0) return;
      timer?.cancel();
      timer = undefined;
    });
  });
}
