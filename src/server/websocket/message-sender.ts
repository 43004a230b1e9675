import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';

/** Returns what to wait for when much is waiting to be sent already, and nothing otherwise. */
export type Send = (message: string) => Promise<void> | undefined;

/** How much may wait in a socket before whoever sends has to wait, too, in bytes. */
const highWaterMark = 64 * 1_024;

/**
 * Hands everything that is sent in one turn of the event loop to the operating system in one piece; with many
 * subscribers, one piece for each message is what takes the most time. Whoever sends goes on at once while little is
 * waiting, and else when it has left: a reader that does not read holds up its sender and nobody else.
 */
export function createMessageSender(socket: WebSocket, stream: Socket): Send {
  const ended = new Promise<void>((resolve) => {
    socket.once('close', () => resolve());
  });
  let isCorked = false;
  return (message) => {
    // Nothing arrives any more, so nothing more need be thought of until the end.
    if (socket.readyState === socket.CLOSING) return ended;
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
      // An error ends the socket, which tells everybody.
      socket.send(message, () => {});
      return undefined;
    }
    return new Promise((resolve) => {
      socket.send(message, () => resolve());
    });
  };
}
