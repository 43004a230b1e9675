import type { Plugin } from 'graphql-yoga';

/** Largest request body, and largest message on a socket, in bytes. */
export const largestBody = 100 * 1_024;

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

async function readUpTo(
  stream: ReadableStream<Uint8Array>,
  limit: number,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.byteLength;
    if (size > limit) return undefined;
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

function tooLarge(ResponseType: typeof Response): Response {
  return ResponseType.json(
    {
      errors: [
        {
          message: `The request body is larger than ${largestBody / 1_024} KB. Send less at once, or use variables and pages`,
          extensions: { code: 'PAYLOAD_TOO_LARGE' },
        },
      ],
    },
    { status: 413 },
  );
}
