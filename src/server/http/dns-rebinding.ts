import { isIP } from 'node:net';
import type { Plugin } from 'graphql-yoga';
import { errorResponse } from './error-response.ts';

/**
 * Protects a server without authentication against DNS rebinding: a page of another site resolves its own host name to
 * 127.0.0.1, and the browser then takes this server for the same site. With authentication, the page has no token.
 */
export function useDnsRebindingProtection(): Plugin {
  return {
    onRequest({ request, endResponse, fetchAPI }) {
      const host = request.headers.get('host');
      if (isLoopbackHost(host)) return;
      const message = `The host name '${host?.slice(0, 100)}' is not allowed: without tokens, this server accepts only localhost and 127.0.0.1. Use one of these, or create tokens with 'shark token'`;
      endResponse(errorResponse(fetchAPI.Response, 403, 'FORBIDDEN', message));
    },
  };
}

/** Whether the header Host names the loopback interface, with any port. Browsers always send the header. */
export function isLoopbackHost(host: string | null | undefined): boolean {
  if (host === null || host === undefined) return true;
  return URL.canParse(`http://${host}`) && isLoopback(new URL(`http://${host}`).hostname);
}

/** Whether a host name or address, as in a URL or in HOST, can be reached only from this machine. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[(.*)\]$/, '$1');
  return name === 'localhost' || name === '::1' || (isIP(name) === 4 && name.startsWith('127.'));
}
