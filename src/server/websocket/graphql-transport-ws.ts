import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { ExecutionResult, FormattedExecutionResult, GraphQLError, GraphQLFormattedError } from 'graphql';
import {
  CloseCode,
  type ConnectionInitMessage,
  makeServer,
  MessageType,
  type ServerOptions,
} from 'graphql-ws';
import type { WebSocket, WebSocketServer } from 'ws';
import { mapIterable } from '../../domain/events/event-iterators.ts';
import type { Log } from '../../shared/log.ts';
import type { CloseSocket } from './close-socket.ts';

/**
 * Sends a message on a WebSocket. If the client reads too slowly, returns a promise. Wait for it before you send the
 * next message.
 */
export type Send = (message: string) => Promise<void> | undefined;

/** The values that the hooks of graphql-ws get from this server. */
export interface SocketExtra {
  socket: WebSocket;
  request: IncomingMessage;
  send: Send;
}

export type ProtocolOptions = ServerOptions<ConnectionInitMessage['payload'], SocketExtra>;

/** Serves the GraphQL protocol `graphql-transport-ws` on every WebSocket. */
export function serveGraphqlTransportWs(
  sockets: WebSocketServer,
  options: ProtocolOptions,
  { closeSocket, log }: { closeSocket: CloseSocket; log: Log },
): void {
  const protocol = makeServer({
    ...options,
    onNext: (_context, _id, _payload, _arguments, result) => formattedResult(result),
    onError: (_context, _id, _payload, errors) => errors.map(formattedError),
    onOperation: ({ extra: { send } }, id, _payload, _arguments, result) =>
      Symbol.asyncIterator in result ? sentEvents(result, id, send) : undefined,
  });
  sockets.on('connection', (socket, request) => {
    const send = createMessageSender(socket, request.socket);
    // The client sent a message that is too large, or an invalid frame.
    socket.on('error', (error) =>
      log.debug({ err: error }, 'a WebSocket was closed because of an invalid message'),
    );
    const closed = protocol.opened(
      {
        protocol: socket.protocol,
        send,
        close: (code = CloseCode.InternalServerError, reason = '') => closeSocket(socket, code, reason),
        onMessage(listener) {
          socket.addEventListener('message', ({ data }) => {
            // Ignore messages on a closing WebSocket, because its token may have been revoked.
            if (socket.readyState !== socket.OPEN) return;
            // The protocol has no binary messages. An empty text makes graphql-ws close the WebSocket with code 4400.
            listener(typeof data === 'string' ? data : '').catch((error: unknown) => {
              log.error({ err: error }, 'a message on a WebSocket failed');
              closeSocket(socket, CloseCode.InternalServerError, 'Internal server error');
            });
          });
        },
      },
      { socket, request, send },
    );
    socket.once('close', (code, reason) => void closed(code, String(reason)));
  });
}

/** Formats a result for a WebSocket. Removes the errors' extension `http`, which only HTTP needs. */
function formattedResult({ errors, ...rest }: ExecutionResult): FormattedExecutionResult {
  if (errors === undefined) return rest;
  return { ...rest, errors: errors.map(formattedError) };
}

function formattedError(error: GraphQLError): GraphQLFormattedError {
  const formatted = error.toJSON();
  if (formatted.extensions?.http === undefined) return formatted;
  const { http: _status, ...extensions } = formatted.extensions;
  return { ...formatted, extensions };
}

const texts = new WeakMap<ExecutionResult, string>();

/** Returns a result as JSON. If several subscriptions share the result, it is converted only once. */
function textOf(result: ExecutionResult): string {
  const text = texts.get(result) ?? JSON.stringify(formattedResult(result));
  texts.set(result, text);
  return text;
}

/**
 * Sends the events of a subscription, and waits if the client reads too slowly. After the last event, graphql-ws sends
 * `complete`.
 */
function sentEvents(
  events: AsyncIterable<ExecutionResult>,
  id: string,
  send: Send,
): AsyncIterableIterator<never> {
  const start = `{"id":${JSON.stringify(id)},"type":"${MessageType.Next}","payload":`;
  return mapIterable(events, async (iterator): Promise<IteratorResult<never>> => {
    for (;;) {
      const result = await iterator.next();
      if (result.done === true) return { done: true, value: undefined };
      const drained = send(`${start}${textOf(result.value)}}`);
      if (drained !== undefined) await drained;
    }
  });
}

/** If at least this many bytes on a WebSocket are unsent, senders of further messages have to wait. */
const highWaterMark = 64 * 1_024;

/**
 * Creates a function that sends messages on a WebSocket. To save time, one system call writes all messages of one turn
 * of the event loop.
 */
function createMessageSender(socket: WebSocket, stream: Socket): Send {
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => resolve());
  });
  let isCorked = false;
  return (message) => {
    // Let the senders wait, because a closing WebSocket delivers no messages.
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
      // Ignore the error of a failed send, because the listeners of 'close' handle it.
      socket.send(message, () => {});
      return undefined;
    }
    return new Promise((resolve) => {
      socket.send(message, () => resolve());
    });
  };
}
