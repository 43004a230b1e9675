import type { Plugin } from 'graphql-yoga';
import { refusal } from './request-validation.ts';

/** A body that goes on beyond this many times what is allowed is cut off. */
const mostDiscarded = 100;

/** Refuses bodies of more than `largest` bytes before anything of them is parsed. */
export function useBodyLimit(largest: number): Plugin {
  return {
    async onRequest({ request, setRequest, endResponse, fetchAPI }) {
      if (request.body === null) return;
      const announced = request.headers.get('content-length');
      if (announced !== null) {
        if (Number(announced) > largest) endResponse(tooLarge(largest, fetchAPI.Response));
        return;
      }
      // Sent in chunks of unknown number: what is read for the limit has to be handed on.
      const body = await readUpTo(request.body, largest);
      if (body === undefined) endResponse(tooLarge(largest, fetchAPI.Response));
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
    if (size > mostDiscarded * limit) break;
    chunks?.push(chunk);
  }
  return chunks === undefined ? undefined : new Uint8Array(Buffer.concat(chunks));
}

function tooLarge(largest: number, ResponseType: typeof Response): Response {
  return refusal(
    ResponseType,
    413,
    'PAYLOAD_TOO_LARGE',
    `The request body is larger than ${Math.round(largest / 102.4) / 10} KB. Send less at once, or use variables and pages`,
  );
}
