import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ResponseErrorCode } from '../../shared/expected-error.ts';

/** The form of a valid header Host: a host name or address, and an optional port. */
const hostForm = /^[\w.:[\]-]*$/;

/** The newest valid URL, because most requests have the same URL and parsing is slow. */
let newest: { url: string | undefined; host: string } | undefined;

/**
 * Reduces an absolute URL, which proxies may send, to its path and query. Returns whether the URL and the header Host are
 * valid, because Yoga would answer an invalid URL with a stack trace.
 */
export function normalizeRequestUrl(request: IncomingMessage): boolean {
  const { url = '', headers, httpVersion } = request;
  // Only clients of HTTP/1.0 may leave out the header Host.
  if (headers.host === undefined && httpVersion !== '1.0') return false;
  if (/^https?:/i.test(url) && URL.canParse(url)) {
    const { pathname, search } = new URL(url);
    request.url = pathname + search;
  }
  const { host = '' } = headers;
  if (newest !== undefined && request.url === newest.url && host === newest.host) return true;
  const isValid =
    request.url?.startsWith('/') === true &&
    hostForm.test(host) &&
    URL.canParse(`http://${host || 'localhost'}${request.url}`);
  if (isValid) newest = { url: request.url, host };
  return isValid;
}

export function rejectRequestUrl(
  response: ServerResponse,
  securityHeaders: Readonly<Record<string, string>>,
): void {
  const message =
    'The request URL is invalid. Send a path that starts with /, and the name of the server in the header Host';
  response.writeHead(400, { ...securityHeaders, 'content-type': 'application/json', connection: 'close' });
  response.end(
    JSON.stringify({
      errors: [{ message, extensions: { code: 'BAD_REQUEST' satisfies ResponseErrorCode } }],
    }),
  );
}
