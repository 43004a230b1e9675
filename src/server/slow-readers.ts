import type { Server, Socket } from 'node:net';
import type { Clock, Timer } from '../shared/clock.ts';

/** How often each connection is checked within the timeout. */
const checksInTimeout = 4;

/** The progress of a client for which data is waiting. */
interface Progress {
  /** The number of bytes in the writes that are complete. */
  completeBytes: number;
  /** The number of bytes that the write in progress has not passed to the operating system. */
  remainingBytes: number;
  /** The number of checks since the last progress. */
  checks: number;
}

export interface SlowReaderOptions {
  clock: Clock;
  /** How long a client may take none of the data that is waiting for it, in milliseconds. */
  timeoutMs: number;
  /** Called after a client was disconnected. */
  onDisconnected: () => void;
}

/**
 * Disconnects clients that take none of the data that is waiting for them. They would keep the data in memory forever.
 * An idle connection without waiting data stays open. Counts checks, not time, because a suspended server must keep its
 * clients.
 */
export function disconnectSlowReaders(
  server: Server,
  { clock, timeoutMs, onDisconnected }: SlowReaderOptions,
): void {
  const connections = new Set<Socket>();
  const waiting = new Map<Socket, Progress>();
  let timer: Timer | undefined;

  const check = (connection: Socket) => {
    if (connection.writableLength === 0) {
      waiting.delete(connection);
      return;
    }
    const completeBytes = connection.bytesWritten - connection.writableLength;
    const remainingBytes = remainingBytesOf(connection);
    const known = waiting.get(connection);
    if (known?.completeBytes !== completeBytes || known.remainingBytes !== remainingBytes) {
      waiting.set(connection, { completeBytes, remainingBytes, checks: 0 });
      return;
    }
    known.checks += 1;
    if (known.checks < checksInTimeout) return;
    connection.destroy();
    onDisconnected();
  };

  const schedule = () => {
    timer = clock.setTimer(
      timeoutMs / checksInTimeout,
      () => {
        for (const connection of connections) check(connection);
        schedule();
      },
      { unref: true },
    );
  };

  server.on('connection', (connection: Socket) => {
    connections.add(connection);
    if (timer === undefined) schedule();
    connection.on('close', onClose);
  });
  // One function for all connections, because each function takes memory.
  function onClose(this: Socket): void {
    waiting.delete(this);
    connections.delete(this);
    if (connections.size > 0) return;
    timer?.cancel();
    timer = undefined;
  }
}

/**
 * Returns the number of bytes that the operating system has not taken from the write in progress. The property is not
 * documented by Node.js. Without it, a client makes progress only when it has taken a whole write, which can be a
 * message of several megabytes.
 */
function remainingBytesOf(connection: Socket): number {
  const handle: unknown = Reflect.get(connection, '_handle');
  return typeof handle === 'object' &&
    handle !== null &&
    'writeQueueSize' in handle &&
    typeof handle.writeQueueSize === 'number'
    ? handle.writeQueueSize
    : 0;
}
