import type { Plugin } from 'graphql-yoga';
import { errorResponse } from './error-response.ts';

/** A chunked body that exceeds the limit by this factor is no longer read. */
const discardFactor = 100;

/** Rejects bodies of more than `maxBytes` with 413, before they are parsed. */
export function useBodyLimit(maxBytes: number): Plugin {
  return {
    async onRequest({ request, setRequest, endResponse, fetchAPI }) {
      if (request.body === null) return;
      const contentLength = request.headers.get('content-length');
      if (contentLength !== null) {
        if (Number(contentLength) > maxBytes) endResponse(payloadTooLarge(maxBytes, fetchAPI.Response));
        return;
      }
      // A chunked body must be read to measure it. The request is then rebuilt with the bytes that were read.
      const body = await readUpTo(request.body, maxBytes);
      if (body === undefined) endResponse(payloadTooLarge(maxBytes, fetchAPI.Response));
      else
        setRequest(
          new fetchAPI.Request(request.url, { method: request.method, headers: request.headers, body }),
        );
    },
  };
}

/**
 * Returns the body, or undefined if it exceeds the limit. After the limit, the rest is read and discarded,
 * because a client that is still sending does not read the response.
 */
async function readUpTo(
  stream: ReadableStream<Uint8Array>,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  let chunks: Uint8Array[] | undefined = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.byteLength;
    if (size > maxBytes) chunks = undefined;
    if (size > discardFactor * maxBytes) break;
    chunks?.push(chunk);
  }
  return chunks === undefined ? undefined : new Uint8Array(Buffer.concat(chunks));
}

function payloadTooLarge(maxBytes: number, ResponseType: typeof Response): Response {
  return errorResponse(
    ResponseType,
    413,
    'PAYLOAD_TOO_LARGE',
    `The request body is larger than ${Math.round(maxBytes / 102.4) / 10} KB. Use variables and smaller pages, or send several requests`,
  );
}
