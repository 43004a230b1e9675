import type { Plugin } from 'graphql-yoga';
import { errorResponse } from './error-response.ts';

/** The server reads at most 100 times the limit of a chunked body, to reject the body with an error message. */
const discardFactor = 100;

/** Rejects request bodies of more than `maxBytes` with status 413. */
export function useBodyLimit(maxBytes: number): Plugin {
  return {
    async onRequest({ request, setRequest, endResponse, fetchAPI }) {
      if (request.body === null) return;
      const contentLength = request.headers.get('content-length');
      if (contentLength !== null) {
        if (Number(contentLength) > maxBytes) endResponse(payloadTooLarge(maxBytes, fetchAPI.Response));
        return;
      }
      // Read a chunked body to measure its size. Then create the request again from these bytes.
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
 * Returns the request body, or undefined if it is larger than `maxBytes`. Also reads the rest of a large body, because
 * many clients send all of it before they read the response.
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
    `The request body is larger than ${Math.round(maxBytes / 102.4) / 10} KB. Shorten the query and its variables, or send several requests`,
  );
}
