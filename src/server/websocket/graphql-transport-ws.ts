import type { IncomingMessage } from 'node:http';
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
import { type AnswerLimit, boundedText } from '../operations/answer-text.ts';
import type { Log } from '../../shared/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Limits } from '../../graphql/limits/limits.ts';
import type { CloseSocket } from './close-socket.ts';
import { createMessageSender, type Send } from './message-sender.ts';

/** The values that the hooks of graphql-ws get from this server. */
export interface SocketExtra {
  socket: WebSocket;
  request: IncomingMessage;
  send: Send;
}

export type ProtocolOptions = ServerOptions<ConnectionInitMessage['payload'], SocketExtra>;

export interface TransportOptions {
  limits: Pick<Limits, 'socketBufferBytes'>;
  answerLimit: AnswerLimit;
  closeSocket: CloseSocket;
  metrics: Pick<Metrics, 'limitExceeded'>;
  log: Log;
  /** Counts a large message. The returned function is called when the client has read it or has disconnected. */
  countUnread: (socket: WebSocket, bytes: number) => () => void;
}

/** Serves the GraphQL protocol `graphql-transport-ws` on every WebSocket. */
export function serveGraphqlTransportWs(
  sockets: WebSocketServer,
  options: ProtocolOptions,
  { limits, answerLimit, closeSocket, metrics, log, countUnread }: TransportOptions,
): void {
  const protocol = makeServer({
    ...options,
    // Do not send the payload back, because a client could fill the memory of the server with it.
    onPing: ({ acknowledged, extra: { send } }) => (acknowledged ? send(pong) : undefined),
    onError: (_context, _id, _payload, errors) => errors.map(formattedError),
    // The text of a result is sent here, because graphql-ws would convert a large result in one turn of the event loop.
    async onOperation({ extra: { send } }, id, _payload, _arguments, results) {
      const result = await results;
      return sentResults(Symbol.asyncIterator in result ? result : onlyResult(result), {
        id,
        send,
        answerLimit,
      });
    },
  });
  const onPaused = () => metrics.limitExceeded('MAX_SOCKET_BUFFER_BYTES');
  // The client sent a message that is too large, or an invalid frame.
  const onError = (error: NodeJS.ErrnoException) => {
    if (error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') metrics.limitExceeded('MAX_SOCKET_MESSAGE_BYTES');
    log.debug({ err: error }, 'a WebSocket was closed because of an invalid message');
  };
  sockets.on('connection', (socket, request) => {
    const send = createMessageSender(socket, request.socket, {
      maxBufferBytes: limits.socketBufferBytes,
      onPaused,
      countUnread: (bytes) => countUnread(socket, bytes),
    });
    socket.on('error', onError);
    const closed = protocol.opened(
      {
        protocol: socket.protocol,
        send,
        close(code = CloseCode.InternalServerError, reason = '') {
          if (code === initTimeoutCode) metrics.limitExceeded('SOCKET_INIT_TIMEOUT');
          closeSocket(socket, code, reason);
        },
        onPing: ignorePing,
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

/** The hook `onPing` answers. Without this function, graphql-ws would answer, too. */
function ignorePing(): void {}

const initTimeoutCode: number = CloseCode.ConnectionInitialisationTimeout;

const pong = JSON.stringify({ type: MessageType.Pong });

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
function textOf(result: ExecutionResult, limit: AnswerLimit): string {
  const text = texts.get(result) ?? boundedText(formattedResult(result), limit);
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
  { id, send, answerLimit }: { id: string; send: Send; answerLimit: AnswerLimit },
): AsyncIterableIterator<never> {
  const start = `{"id":${JSON.stringify(id)},"type":"${MessageType.Next}","payload":`;
  return mapIterable(events, async (iterator): Promise<IteratorResult<never>> => {
    for (;;) {
      const result = await iterator.next();
      if (result.done === true) return { done: true, value: undefined };
      const drained = send(`${start}${textOf(result.value, answerLimit)}}`);
      if (drained !== undefined) await drained;
    }
  });
}
