import type { Socket } from 'node:net';
import type { WebSocket, WebSocketServer } from 'ws';
import type { Clock, Timer } from '../../shared/clock.ts';

/** How often every peer is asked for a sign of life, in milliseconds. */
const pingEveryMs = 15_000;

/** A peer that said nothing at all behind so many pings, for a minute that is, has vanished. */
const pingsInVain = 4;

interface Peer {
  connection: Socket;
  /** How many bytes had come when somebody looked last. */
  heard: number;
  /** How many pings have left since. */
  unanswered: number;
  /** Whether a ping is on its way out. */
  pinging: boolean;
}

/**
 * Ends the sockets whose peers have vanished: a machine that loses its power or its network closes nothing.
 *
 * Pings that left are counted, and not the time: a server that was busy or asleep for a minute has asked nobody.
 *
 * A peer to which bytes wait to be sent has only stopped reading, and no ping reaches it before it reads on. It costs
 * no more than its place in what it reads; when its machine is gone, the operating system notices, since nobody
 * confirms those bytes.
 */
export function keepAlive(sockets: WebSocketServer, clock: Clock): void {
  const peers = new Map<WebSocket, Peer>();
  let timer: Timer | undefined;

  const arm = () => {
    timer = clock.setTimer(pingEveryMs, lookAround, { unref: true });
  };

  const lookAround = () => {
    for (const [socket, peer] of peers) {
      if (peer.connection.bytesRead > peer.heard) {
        peer.heard = peer.connection.bytesRead;
        peer.unanswered = 0;
      }
      if (peer.pinging || socket.bufferedAmount > 0) continue;
      if (peer.unanswered >= pingsInVain) {
        socket.terminate();
        continue;
      }
      peer.pinging = true;
      socket.ping(undefined, undefined, () => {
        peer.pinging = false;
        peer.unanswered += 1;
      });
    }
    arm();
  };

  sockets.on('connection', (socket, { socket: connection }) => {
    peers.set(socket, { connection, heard: connection.bytesRead, unanswered: 0, pinging: false });
    if (timer === undefined) arm();
    socket.once('close', () => {
      peers.delete(socket);
      if (peers.size > 0) return;
      timer?.cancel();
      timer = undefined;
    });
  });
}
