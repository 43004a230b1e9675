import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { HttpHandler } from './http-handler.ts';
import { httpRequestFrom } from './http-request.ts';
import { KnownResponse } from './known-response.ts';
import { normalizeRequestUrl, rejectRequestUrl } from './request-url.ts';
import { createSecurityHeaders } from './security-headers.ts';

export interface ListenerOfRequests {
  listener: RequestListener;
  /** Call this when a response is sent, or its client has disconnected. */
  ended(outgoing: ServerResponse): void;
  /** Waits until all requests are answered. It does not wait for event streams, because they do not end. */
  answered(): Promise<void>;
}

/** Creates the listener that passes the requests of Node's HTTP server to `handle`, and sends the responses. */
export function createRequestListener(handle: HttpHandler): ListenerOfRequests {
  const securityHeaders = createSecurityHeaders();
  const flatSecurityHeaders = Object.entries(securityHeaders).flat();
  const pending = new Set<ServerResponse>();
  let onAnswered: (() => void) | undefined;
  const ended = (outgoing: ServerResponse) => {
    pending.delete(outgoing);
    if (pending.size === 0) onAnswered?.();
  };

  const answer = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    if (!normalizeRequestUrl(incoming)) {
      rejectRequestUrl(outgoing, securityHeaders);
      return;
    }
    const response = await handle(httpRequestFrom(incoming), { req: incoming, res: outgoing });
    if (isEventStream(response)) ended(outgoing);
    send(response, outgoing, flatSecurityHeaders);
  };

  return {
    listener(incoming, outgoing) {
      pending.add(outgoing);
      void answer(incoming, outgoing).catch(() => outgoing.destroy());
    },
    ended,
    answered: () =>
      new Promise((resolve) => {
        onAnswered = resolve;
        if (pending.size === 0) resolve();
      }),
  };
}

function isEventStream({ headers }: Response): boolean {
  return headers.get('content-type') === 'text/event-stream';
}

function send(response: Response, outgoing: ServerResponse, flatSecurityHeaders: readonly string[]): void {
  // The client has disconnected, or the handler has ended the response.
  if (outgoing.destroyed || outgoing.writableEnded) return;
  // A list of names and values is fastest to send. No response sets one of the security headers itself.
  const headers = [...flatSecurityHeaders];
  response.headers.forEach((value, name) => headers.push(name, value));
  outgoing.writeHead(response.status, headers);
  if (response instanceof KnownResponse && response.knownText !== undefined) {
    outgoing.end(response.knownText);
    return;
  }
  const { body } = response;
  if (body === null) outgoing.end();
  else if (body instanceof Readable) {
    outgoing.socket?.setKeepAlive(true);
    outgoing.once('close', () => body.destroy());
    body.once('error', () => outgoing.destroy());
    body.pipe(outgoing);
  } else throw new Error('The response has a body that Node cannot send');
}
