import { isIP } from 'node:net';
import { errorResponse } from './error-response.ts';
import type { HttpRequest } from './http-request.ts';

/**
 * Protects a server without tokens against DNS rebinding: returns a response with status 403 if the header Host names
 * another host. In this attack, the host name of another site resolves to 127.0.0.1, so pages of that site can read
 * responses.
 */
export function rejectForeignHost(request: HttpRequest, ResponseType: typeof Response): Response | undefined {
  const host = request.header('host');
  if (isLoopbackHost(host)) return undefined;
  const message = `The host name '${host?.slice(0, 100)}' is not allowed: without tokens, this server accepts only localhost and 127.0.0.1. Use localhost or 127.0.0.1, or create tokens with 'shark token'`;
  return errorResponse(ResponseType, 403, 'FORBIDDEN', message);
}

/** The usual values of the header Host on this machine. They need no parsing. */
const usualHost = /^(?:localhost|127\.0\.0\.1)(?::[1-5]?\d{1,4})?$/;

/**
 * Whether the header Host names this machine's loopback interface. True without the header, because browsers always
 * send it.
 */
export function isLoopbackHost(host: string | null | undefined): boolean {
  if (host === null || host === undefined || usualHost.test(host)) return true;
  return URL.canParse(`http://${host}`) && isLoopback(new URL(`http://${host}`).hostname);
}

/** Whether a host can be reached only from this machine. `host` comes from a URL or the setting HOST. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[(.*)\]$/, '$1');
  return name === 'localhost' || name === '::1' || (isIP(name) === 4 && name.startsWith('127.'));
}
