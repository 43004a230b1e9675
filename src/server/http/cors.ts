import type { HttpRequest } from './http-request.ts';

/** Adds the CORS headers to responses, so that pages of other origins can read them. */
export interface Cors {
  /** Answers a preflight request. Returns undefined for other requests. */
  preflight(request: HttpRequest, ResponseType: typeof Response): Response | undefined;
  addHeaders(request: HttpRequest, response: Response): void;
}

const fixedHeaders: readonly (readonly [string, string])[] = [
  ['access-control-allow-methods', 'GET, POST'],
  ['access-control-allow-headers', 'authorization, content-type, x-request-id'],
  ['access-control-expose-headers', 'x-request-id, retry-after, content-disposition'],
  ['access-control-max-age', '600'],
];

/**
 * Allows the pages of these origins to read responses. Returns undefined for an empty list: without CORS headers, pages
 * of other origins cannot read responses.
 */
export function createCors(allowedOrigins: readonly string[]): Cors | undefined {
  const [first, ...more] = allowedOrigins;
  if (first === undefined) return undefined;
  return {
    preflight: ({ method }, ResponseType) =>
      // Some browsers wait for a body if the response has no length.
      method === 'OPTIONS'
        ? new ResponseType(null, { status: 204, headers: { 'content-length': '0' } })
        : undefined,
    addHeaders(request, response) {
      const origin = request.header('origin');
      if (origin === null) return;
      if (more.length === 0) response.headers.set('access-control-allow-origin', first);
      else if (allowedOrigins.includes(origin)) {
        response.headers.set('access-control-allow-origin', origin);
        // The response depends on the origin, because there are several allowed origins.
        response.headers.set('vary', 'Origin');
      } else response.headers.set('access-control-allow-origin', 'null');
      for (const [name, value] of fixedHeaders) response.headers.set(name, value);
    },
  };
}
