import { errorResponse } from './error-response.ts';
import type { Body, HttpRequest } from './http-request.ts';

/** Reads the body of a request that has at most `maxBytes`. Returns a response with status 413 for a larger body. */
export async function readLimitedBody(
  request: HttpRequest,
  maxBytes: number,
  ResponseType: typeof Response,
): Promise<{ body: Body } | Response> {
  // Without the header, the length of the body is known when the body has been read.
  if (Number(request.header('content-length') ?? 0) > maxBytes)
    return payloadTooLarge(maxBytes, ResponseType);
  try {
    const body = await request.readBody(maxBytes);
    return body === undefined ? payloadTooLarge(maxBytes, ResponseType) : { body };
  } catch {
    return errorResponse(ResponseType, 400, 'BAD_REQUEST', 'The connection ended before the request body');
  }
}

function payloadTooLarge(maxBytes: number, ResponseType: typeof Response): Response {
  return errorResponse(
    ResponseType,
    413,
    'PAYLOAD_TOO_LARGE',
    `The request body is larger than ${Math.round(maxBytes / 102.4) / 10} KB. Shorten the query and its variables, or send several requests`,
  );
}
