import type { IncomingMessage, ServerResponse } from 'node:http';

/** What stands in the header Host: a name or an address, with or without a port, and nothing of a path. */
const hostForm = /^[\w.:[\]-]*$/;

/**
 * Leaves of a request that names its whole address, as those by way of a proxy may, the path. Returns whether there is
 * one: what answers requests would show a stranger where in the program it failed to make an address.
 */
export function normalizeRequestUrl(request: IncomingMessage): boolean {
  const { url = '', headers } = request;
  if (/^https?:/i.test(url) && URL.canParse(url)) {
    const { pathname, search } = new URL(url);
    request.url = pathname + search;
  }
  const { host = '' } = headers;
  return (
    request.url?.startsWith('/') === true &&
    hostForm.test(host) &&
    URL.canParse(`http://${host || 'localhost'}${request.url}`)
  );
}

export function rejectRequestUrl(response: ServerResponse): void {
  const message =
    'No address can be made of this request. Send a path that begins with / and, in the header Host, the name of the server';
  response.writeHead(400, { 'content-type': 'application/json', connection: 'close' });
  response.end(JSON.stringify({ errors: [{ message, extensions: { code: 'BAD_REQUEST' } }] }));
}
