import type { Socket } from 'node:net';
import type { WebSocket, WebSocketServer } from 'ws';
import type { Clock, Timer } from '../../shared/clock.ts';

const pingIntervalMs = 15_000;

/** A peer that sends nothing after this many pings, which is one minute, is disconnected. */
const maxUnansweredPings = 4;

interface Peer {
  connection: Socket;
  /** The number of bytes received at the last check. */
  bytesRead: number;
  /** The number of pings sent since the last received byte. */
  unansweredPings: number;
  /** Whether a ping waits to be written. */
  isPinging: boolean;
}

/**
 * Disconnects peers that no longer respond: a machine that loses power or network does not close its connections.
 *
 * Counts unanswered pings instead of elapsed time, so that a server that was suspended does not disconnect all peers when it wakes.
 *
 * Does not ping slow readers, because the ping would wait behind their unsent bytes. A slow reader costs the server
 * only a cursor. If its machine is gone, TCP ends the connection.
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
