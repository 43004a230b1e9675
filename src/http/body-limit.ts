import type { Plugin } from 'graphql-yoga';
import { refusal } from './clear-refusals.ts';

/** Largest request body, and largest message on a socket, in bytes. */
export const largestBody = 100 * 1_024;

/** A body that goes on beyond this is cut off, in bytes. */
const mostDiscarded = 100 * largestBody;

/** Refuses bodies that are too large before anything of them is parsed. */
export function useBodyLimit(): Plugin {
  return {
    async onRequest({ request, setRequest, endResponse, fetchAPI }) {
      if (request.body === null) return;
      const announced = request.headers.get('content-length');
      if (announced !== null) {
        if (Number(announced) > largestBody) endResponse(tooLarge(fetchAPI.Response));
        return;
      }
      // Sent in chunks of unknown number: what is read for the limit has to be handed on.
      const body = await readUpTo(request.body, largestBody);
      if (body === undefined) endResponse(tooLarge(fetchAPI.Response));
      else
        setRequest(
          new fetchAPI.Request(request.url, { method: request.method, headers: request.headers, body }),
        );
    },
  };
}

/** What is beyond the limit is read to its end nevertheless: a client that is still sending would not see the answer. */
async function readUpTo(
  stream: ReadableStream<Uint8Array>,
  limit: number,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  let chunks: Uint8Array[] | undefined = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.byteLength;
    if (size > limit) chunks = undefined;
    if (size > mostDiscarded) break;
    chunks?.push(chunk);
  }
  return chunks === undefined ? undefined : new Uint8Array(Buffer.concat(chunks));
}

function tooLarge(ResponseType: typeof Response): Response {
  return refusal(
    ResponseType,
    413,
    'PAYLOAD_TOO_LARGE',
    `The request body is larger than ${largestBody / 1_024} KB. Send less at once, or use variables and pages`,
  );
}
