import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { ResponseErrorCode } from '../../shared/expected-error.ts';
import { createSecurityHeaders } from './security-headers.ts';

export interface PipelinedRequestOptions {
  /** The maximum number of requests on one connection that wait for earlier requests. */
  maxWaiting: number;
  /** Called when the server rejects a request because of this limit. */
  onExceeded: () => void;
  /** Called before a request is handled. */
  onBegin: (incoming: IncomingMessage) => void;
  /** Called when the request is answered, or its client has disconnected. */
  onEnd: (incoming: IncomingMessage, outgoing: ServerResponse) => void;
}

type Exchange = [incoming: IncomingMessage, outgoing: ServerResponse];

/**
 * Lets the requests of one connection wait until the earlier ones are answered. Node.js sends responses in the order of
 * their requests, so a client could otherwise collect any number of responses in memory behind an endless event stream.
 */
export function handleInOrder(
  listener: RequestListener,
  { maxWaiting, onExceeded, onBegin, onEnd }: PipelinedRequestOptions,
): RequestListener {
  /** For each connection with a request in progress, the requests that wait. */
  const waiting = new WeakMap<Socket, Exchange[]>();
  const rejected = rejection(maxWaiting);

  const handle = ([incoming, outgoing]: Exchange) => {
    const { socket } = incoming;
    onBegin(incoming);
    // This is the only listener of 'close', because several listeners slow down every request.
    outgoing.on('close', () => {
      onEnd(incoming, outgoing);
      const next = waiting.get(socket)?.shift();
      if (next === undefined || socket.destroyed) waiting.delete(socket);
      else handle(next);
    });
    listener(incoming, outgoing);
  };

  return (incoming, outgoing) => {
    const queue = waiting.get(incoming.socket);
    if (queue === undefined) {
      waiting.set(incoming.socket, []);
      handle([incoming, outgoing]);
    } else if (queue.length < maxWaiting) queue.push([incoming, outgoing]);
    else {
      onExceeded();
      outgoing.writeHead(429, rejected.headers).end(rejected.body);
    }
  };
}

/** Creates the response for a request beyond the limit. */
function rejection(limit: number) {
  const setting = 'MAX_PIPELINED_REQUESTS';
  const body = JSON.stringify({
    errors: [
      {
        message: `${limit} requests on this connection wait for earlier requests, which is the limit. The request was not executed. Wait for the response of a request, or use another connection. The operator can change the limit with ${setting}`,
        extensions: { code: 'TOO_MANY_OPERATIONS' satisfies ResponseErrorCode, limit, setting },
      },
    ],
  });
  const headers = {
    ...createSecurityHeaders(),
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
  };
  return { headers, body };
}
