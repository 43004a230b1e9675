import { isIP } from 'node:net';
import type { Plugin } from 'graphql-yoga';
import { errorResponse } from './error-response.ts';

/**
 * Protects a server without tokens against DNS rebinding. In this attack, the host name of another site resolves to
 * 127.0.0.1, so pages of that site can read responses.
 */
export function useDnsRebindingProtection(): Plugin {
  return {
    onRequest({ request, endResponse, fetchAPI }) {
      const host = request.headers.get('host');
      if (isLoopbackHost(host)) return;
      const message = `The host name '${host?.slice(0, 100)}' is not allowed: without tokens, this server accepts only localhost and 127.0.0.1. Use localhost or 127.0.0.1, or create tokens with 'shark token'`;
      endResponse(errorResponse(fetchAPI.Response, 403, 'FORBIDDEN', message));
    },
  };
}

/**
 * Whether the header Host names this machine's loopback interface. True without the header, because browsers always
 * send it.
 */
export function isLoopbackHost(host: string | null | undefined): boolean {
  if (host === null || host === undefined) return true;
  return URL.canParse(`http://${host}`) && isLoopback(new URL(`http://${host}`).hostname);
}

/** Whether a host can be reached only from this machine. `host` comes from a URL or the setting HOST. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[(.*)\]$/, '$1');
  return name === 'localhost' || name === '::1' || (isIP(name) === 4 && name.startsWith('127.'));
}
