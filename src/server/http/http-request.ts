import type { IncomingMessage } from 'node:http';
import { Request as FetchRequest } from '@whatwg-node/fetch';

/** A request whose body is not read yet. */
export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  /** Returns the value of a header, or null. `name` is in lower case. */
  header(name: string): string | null;
  /**
   * Reads the body, which is null for GET. Returns undefined if the body has more than `maxBytes`. Throws an error if
   * the client disconnects.
   */
  readBody(maxBytes: number): Promise<Body | undefined>;
  /** Creates the request with this body for the Fetch API. */
  withBody(body: Body): Request;
}

export type Body = Uint8Array<ArrayBuffer> | null;

/** The server reads at most 100 times the limit of a body of unknown length, to reject the body with an error message. */
const discardFactor = 100;

/** Creates a request from a request to Node's HTTP server. It has no abort signal, because nothing would use one. */
export function httpRequestFrom(incoming: IncomingMessage): HttpRequest {
  const { method = 'GET', url: path = '/', headers } = incoming;
  const url = `http://${headers.host ?? 'localhost'}${path}`;
  const header = (name: string) => {
    const value = headers[name];
    return typeof value === 'string' ? value : (value?.join(', ') ?? null);
  };
  return {
    method,
    url,
    header,
    readBody: (maxBytes) =>
      method === 'GET' || method === 'HEAD' ? emptyBody : readIncoming(incoming, maxBytes),
    withBody(body) {
      const init: Record<string, string> = {};
      for (const name in headers) init[name] = header(name) ?? '';
      return new FetchRequest(url, { method, headers: init, body });
    },
  };
}

/** Creates a request from a request of the Fetch API. */
export function httpRequestOf(request: Request): HttpRequest {
  const { method, url, headers, body } = request;
  return {
    method,
    url,
    header: (name) => headers.get(name),
    readBody: (maxBytes) => (body === null ? emptyBody : readStream(body, maxBytes)),
    withBody: (bytes) => new FetchRequest(url, { method, headers: Object.fromEntries(headers), body: bytes }),
  };
}

const emptyBody = Promise.resolve(null);

function readIncoming(incoming: IncomingMessage, maxBytes: number): Promise<Body | undefined> {
  const collected = createBody(maxBytes);
  return new Promise((resolve, reject) => {
    incoming.on('data', (chunk: Buffer) => {
      if (collected.add(chunk)) return;
      resolve(undefined);
      incoming.destroy();
    });
    incoming.on('end', () => resolve(collected.bytes()));
    incoming.on('error', reject);
  });
}

async function readStream(chunks: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Body | undefined> {
  const collected = createBody(maxBytes);
  for await (const chunk of chunks) if (!collected.add(chunk)) return undefined;
  return collected.bytes();
}

/** Collects the chunks of a body. */
function createBody(maxBytes: number) {
  let chunks: Uint8Array[] = [];
  let size = 0;
  return {
    /**
     * Returns false if the server should stop reading. It also reads the rest of a large body, because many clients
     * send all of it before they read the response.
     */
    add(chunk: Uint8Array): boolean {
      size += chunk.byteLength;
      if (size <= maxBytes) chunks.push(chunk);
      else chunks = [];
      return size <= discardFactor * maxBytes;
    },
    /** Returns undefined if the body is too large. */
    bytes: () => (size > maxBytes ? undefined : Buffer.concat(chunks)),
  };
}
