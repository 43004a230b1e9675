import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';

/** Sends a message. Returns undefined, or a promise to wait for before the next message: back pressure. */
export type Send = (message: string) => Promise<void> | undefined;

/** From this many buffered bytes on, senders have to wait. */
const highWaterMark = 64 * 1_024;

/**
 * Writes all messages of one turn of the event loop in one system call: with many subscribers, a call for each message
 * takes most of the time. A slow reader makes only the senders to its own socket wait.
 */
export function createMessageSender(socket: WebSocket, stream: Socket): Send {
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => resolve());
  });
  let isCorked = false;
  return (message) => {
    // Nothing is delivered any more, so senders wait instead of producing more.
    if (socket.readyState === socket.CLOSING) return closed;
    if (socket.readyState !== socket.OPEN) return undefined;
    if (!isCorked) {
      isCorked = true;
      stream.cork();
      setImmediate(() => {
        isCorked = false;
        stream.uncork();
      });
    }
    if (socket.bufferedAmount < highWaterMark) {
      // An error closes the socket, and is handled there.
      socket.send(message, () => {});
      return undefined;
    }
    return new Promise((resolve) => {
      socket.send(message, () => resolve());
    });
  };
}
