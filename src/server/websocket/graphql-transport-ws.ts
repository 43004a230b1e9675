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
import { boundedText } from '../operations/answer-text.ts';
import { leastCountedBytes } from '../operations/unread-answers.ts';
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

export interface TransportOptions {
  closeSocket: CloseSocket;
  log: Log;
  maxAnswerBytes: number;
  /** Counts a large message. The returned function is called when the client has read it or has disconnected. */
  countUnread: (socket: WebSocket, bytes: number) => () => void;
}

/** Serves the GraphQL protocol `graphql-transport-ws` on every WebSocket. */
export function serveGraphqlTransportWs(
  sockets: WebSocketServer,
  options: ProtocolOptions,
  { closeSocket, log, maxAnswerBytes, countUnread }: TransportOptions,
): void {
  const protocol = makeServer({
    ...options,
    onError: (_context, _id, _payload, errors) => errors.map(formattedError),
    // The text of a result is sent here, because graphql-ws would convert a large result in one turn of the event loop.
    async onOperation({ extra: { send } }, id, _payload, _arguments, results) {
      const result = await results;
      return sentResults(Symbol.asyncIterator in result ? result : onlyResult(result), {
        id,
        send,
        maxAnswerBytes,
      });
    },
  });
  sockets.on('connection', (socket, request) => {
    const send = createMessageSender(socket, request.socket, countUnread);
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
function textOf(result: ExecutionResult, maxBytes: number): string {
  const text = texts.get(result) ?? boundedText(formattedResult(result), maxBytes);
  texts.set(result, text);
  return text;
}

async function* onlyResult(result: ExecutionResult): AsyncGenerator<ExecutionResult> {
  yield result;
}

/**
 * Sends the results of an operation, and waits if the client reads too slowly. After the last result, graphql-ws sends
 * `complete`.
 */
function sentResults(
  events: AsyncIterable<ExecutionResult>,
  { id, send, maxAnswerBytes }: { id: string; send: Send; maxAnswerBytes: number },
): AsyncIterableIterator<never> {
  const start = `{"id":${JSON.stringify(id)},"type":"${MessageType.Next}","payload":`;
  return mapIterable(events, async (iterator): Promise<IteratorResult<never>> => {
    for (;;) {
      const result = await iterator.next();
      if (result.done === true) return { done: true, value: undefined };
      const drained = send(`${start}${textOf(result.value, maxAnswerBytes)}}`);
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
function createMessageSender(
  socket: WebSocket,
  stream: Socket,
  countUnread: TransportOptions['countUnread'],
): Send {
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
    const isRead = message.length < leastCountedBytes ? () => {} : countUnread(socket, message.length);
    if (socket.bufferedAmount < highWaterMark) {
      // Ignore the error of a failed send, because the listeners of 'close' handle it.
      socket.send(message, () => isRead());
      return undefined;
    }
    return new Promise((resolve) => {
      socket.send(message, () => {
        isRead();
        resolve();
      });
    });
  };
}
