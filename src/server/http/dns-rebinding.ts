import type { Plugin } from 'graphql-yoga';
import { isLoopback } from './loopback.ts';
import { refusal } from './request-validation.ts';

/**
 * Refuses what was sent to another name than this machine's own. A page of another site can have its name lead here,
 * and would then be taken by browsers for a page of this server. Where tokens are asked for, it would not have one.
 */
export function useDnsRebindingProtection(): Plugin {
  return {
    onRequest({ request, endResponse, fetchAPI }) {
      const host = request.headers.get('host');
      if (host === null || isOwnName(host)) return;
      const message = `This server does not go by the name '${host.slice(0, 100)}': without tokens it can be reached as localhost or 127.0.0.1 only. Use one of these, or give out tokens with 'shark token'`;
      endResponse(refusal(fetchAPI.Response, 403, 'FORBIDDEN', message));
    },
  };
}

/** Whether the header Host names this machine, with any port. */
export function isOwnName(host: string): boolean {
  return URL.canParse(`http://${host}`) && isLoopback(new URL(`http://${host}`).hostname);
}
