import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import { leastCountedBytes } from '../operations/unread-answers.ts';

/**
 * Sends a message on a WebSocket. If the client reads too slowly, returns a promise. Wait for it before you send the
 * next message.
 */
export type Send = (message: string) => Promise<void> | undefined;

/** If at least this many bytes on a WebSocket are unsent, senders of further messages have to wait. */
const highWaterMark = 64 * 1_024;

export interface MessageSenderOptions {
  maxBufferBytes: number;
  onPaused: () => void;
  /** Counts a large message. The returned function is called when the client has read it or has disconnected. */
  countUnread: (bytes: number) => () => void;
}

/**
 * Creates a function that sends messages on a WebSocket. To save time, one system call writes all messages of one turn
 * of the event loop. While more than `maxBufferBytes` are unsent, the WebSocket reads nothing, because each message that
 * the server reads can add another answer.
 */
export function createMessageSender(
  socket: WebSocket,
  stream: Socket,
  { maxBufferBytes, onPaused, countUnread }: MessageSenderOptions,
): Send {
  let closed: Promise<void> | undefined;
  let isCorked = false;
  // Ignore the error of a failed send, because the listeners of 'close' handle it.
  const onSent = () => {
    if (socket.isPaused && socket.bufferedAmount <= maxBufferBytes) socket.resume();
  };
  const pauseIfFull = () => {
    if (socket.isPaused || socket.bufferedAmount <= maxBufferBytes) return;
    socket.pause();
    onPaused();
  };
  return (message) => {
    // Let the senders wait, because a closing WebSocket delivers no messages.
    if (socket.readyState === socket.CLOSING) return (closed ??= untilClosed(socket));
    if (socket.readyState !== socket.OPEN) return undefined;
    if (!isCorked) {
      isCorked = true;
      stream.cork();
      setImmediate(() => {
        isCorked = false;
        stream.uncork();
        // A client that reads has taken the messages by now.
        pauseIfFull();
      });
    }
    const isRead = message.length < leastCountedBytes ? undefined : countUnread(message.length);
    if (socket.bufferedAmount < highWaterMark) {
      socket.send(message, () => {
        isRead?.();
        onSent();
      });
      return undefined;
    }
    return new Promise((resolve) => {
      socket.send(message, () => {
        isRead?.();
        onSent();
        resolve();
      });
    });
  };
}

function untilClosed(socket: WebSocket): Promise<void> {
  return new Promise((resolve) => {
    socket.once('close', () => resolve());
  });
}
