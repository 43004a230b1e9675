import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import type { Plugin } from 'graphql-yoga';

const current = new AsyncLocalStorage<string>();
/** Maps the server context of each request to the request's id. */
const ids = new WeakMap<object, string>();

/** The accepted format of clients' request ids. Any other text could add false entries to the log. */
const acceptable = /^[\w.-]{1,64}$/;

/** Returns the id of the current request, or null outside of a request. */
export function currentRequestId(): string | null {
  return current.getStore() ?? null;
}

export function withRequestId<Result>(run: () => Result, id: string = randomUUID()): Result {
  return current.run(id, run);
}

/** Returns the id of a request, even before its handler has started. */
export function requestIdOf(serverContext: object): string {
  return ids.get(serverContext) ?? randomUUID();
}

/**
 * Gives each request an id and returns it in the header `x-request-id`. If a request already has a valid id in this
 * header, that id is used.
 */
export function useRequestId(): Plugin {
  return {
    onRequest({ request, serverContext, requestHandler, setRequestHandler }) {
      const id = idOf(request);
      ids.set(serverContext, id);
      setRequestHandler((...parameters) => withRequestId(() => requestHandler(...parameters), id));
    },
    // If another plugin ended the request early, `onRequest` did not run, so determine the id now.
    onResponse({ request, response, serverContext }) {
      response.headers.set('x-request-id', ids.get(serverContext) ?? idOf(request));
    },
  };
}

function idOf(request: Request): string {
  const sent = request.headers.get('x-request-id');
  return sent !== null && acceptable.test(sent) ? sent : randomUUID();
}
