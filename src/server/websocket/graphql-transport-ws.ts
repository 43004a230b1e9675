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
import type { Log } from '../../shared/log.ts';
import { mapIterable } from '../operations/mapped-iterable.ts';
import { type Send, createMessageSender } from './message-sender.ts';

/** What hooks are handed beside the protocol's own. */
export interface SocketExtra {
  socket: WebSocket;
  request: IncomingMessage;
  send: Send;
}

export type SocketOptions = ServerOptions<ConnectionInitMessage['payload'], SocketExtra>;

/** Speaks `graphql-transport-ws` on every socket. */
export function serveGraphqlTransportWs(sockets: WebSocketServer, options: SocketOptions, log: Log): void {
  const protocol = makeServer({
    ...options,
    onNext: (_context, _id, _payload, _arguments, result) => formattedResult(result),
    onError: (_context, _id, _payload, errors) => errors.map(formattedError),
    onOperation: ({ extra: { send } }, id, _payload, _arguments, result) =>
      Symbol.asyncIterator in result ? delivered(result, id, send) : undefined,
  });
  sockets.on('connection', (socket, request) => {
    const send = createMessageSender(socket, request.socket);
    // Not faults of the server: what a client sent was too much, or no frame.
    socket.on('error', (error) => log.debug({ err: error }, 'a socket is closed'));
    const closed = protocol.opened(
      {
        protocol: socket.protocol,
        send,
        close: (code, reason) => socket.close(code, reason),
        onMessage(listener) {
          socket.addEventListener('message', ({ data }) => {
            // Whoever was sent away may go on talking until the other side agrees to the end.
            if (socket.readyState !== socket.OPEN) return;
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

/** What an answer is on a socket: the status that an error would have over HTTP is none of the client's business. */
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

function textOf(result: ExecutionResult): string {
  const text = texts.get(result) ?? JSON.stringify(formattedResult(result));
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
  send: Send,
): AsyncIterableIterator<never> {
  const beginning = `{"id":${JSON.stringify(id)},"type":"${MessageType.Next}","payload":`;
  return mapIterable(events, async (iterator): Promise<IteratorResult<never>> => {
    for (;;) {
      const result = await iterator.next();
      if (result.done === true) return { done: true, value: undefined };
      const room = send(`${beginning}${textOf(result.value)}}`);
      if (room !== undefined) await room;
    }
  });
}
