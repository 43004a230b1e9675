import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { ExecutionResult } from 'graphql';
import {
  CloseCode,
  type ConnectionInitMessage,
  makeServer,
  MessageType,
  type ServerOptions,
} from 'graphql-ws';
import type { WebSocket, WebSocketServer } from 'ws';
import type { Log } from '../log.ts';

/** What hooks are handed beside the protocol's own. */
export interface SocketExtra {
  socket: WebSocket;
  request: IncomingMessage;
  /** Returns what to wait for when much is waiting to be sent already, and nothing otherwise. */
  send: (message: string) => Promise<void> | undefined;
}

export type SocketOptions = ServerOptions<ConnectionInitMessage['payload'], SocketExtra>;

/** How much may wait in a socket before whoever sends has to wait, too, in bytes. */
const highWaterMark = 64 * 1_024;

/** Speaks `graphql-transport-ws` on every socket. */
export function speakGraphql(sockets: WebSocketServer, options: SocketOptions, log: Log): void {
  const protocol = makeServer({
    ...options,
    onOperation: ({ extra: { send } }, id, _payload, _arguments, result) =>
      Symbol.asyncIterator in result ? delivered(result, id, send) : undefined,
  });
  sockets.on('connection', (socket, request) => {
    const send = sendTogether(socket, request.socket);
    // Not faults of the server: what a client sent was too much, or no frame.
    socket.on('error', (error) => log.debug({ err: error }, 'a socket is closed'));
    const closed = protocol.opened(
      {
        protocol: socket.protocol,
        send,
        close: (code, reason) => socket.close(code, reason),
        onMessage(listener) {
          socket.addEventListener('message', ({ data }) => {
            // Anything but text is none of the protocol's messages, and is refused as such.
            listener(typeof data === 'string' ? data : '').catch((error: unknown) => {
              log.error({ err: error }, 'a message on a socket could not be dealt with');
              socket.close(CloseCode.InternalServerError, 'Internal server error');
            });
          });
        },
      },
      { socket, request, send },
    );
    socket.once('close', (code, reason) => void closed(code, String(reason)));
  });
}

const texts = new WeakMap<ExecutionResult, string>();

function textOf(result: ExecutionResult): string {
  const text = texts.get(result) ?? JSON.stringify(result);
  texts.set(result, text);
  return text;
}

/**
 * Sends the events of a subscription, and leaves its end to whoever asks for them. An answer that many subscriptions
 * share is made into text once and not for each of them.
 */
function delivered(
  events: AsyncIterable<ExecutionResult>,
  id: string,
  send: SocketExtra['send'],
): AsyncIterableIterator<never> {
  const iterator = events[Symbol.asyncIterator]();
  const beginning = `{"id":${JSON.stringify(id)},"type":"${MessageType.Next}","payload":`;
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      for (;;) {
        const result = await iterator.next();
        if (result.done === true) return { done: true, value: undefined };
        const room = send(`${beginning}${textOf(result.value)}}`);
        if (room !== undefined) await room;
      }
    },
    async return() {
      await iterator.return?.();
      return { done: true, value: undefined };
    },
    async throw(error) {
      await iterator.throw?.(error);
      return { done: true, value: undefined };
    },
  };
}

/**
 * Hands everything that is sent in one turn of the event loop to the operating system in one piece; with many
 * subscribers, one piece for each message is what takes the most time. Whoever sends goes on at once while little is
 * waiting, and else when it has left: a reader that does not read holds up its sender and nobody else.
 */
function sendTogether(socket: WebSocket, stream: Socket): SocketExtra['send'] {
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
