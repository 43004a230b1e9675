import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import type { Plugin } from 'graphql-yoga';

const current = new AsyncLocalStorage<string>();
/** The ids of requests, by their server context. */
const ids = new WeakMap<object, string>();

/**
 * The format of request ids that are accepted from clients. Ids are written to the log, and other text could add false
 * log entries.
 */
const acceptable = /^[\w.-]{1,64}$/;

/** The id of the current request; null outside of a request. */
export function currentRequestId(): string | null {
  return current.getStore() ?? null;
}

export function withRequestId<Result>(run: () => Result, id: string = randomUUID()): Result {
  return current.run(id, run);
}

/** The id of a request whose handler has not started. Until then, `currentRequestId` returns null. */
export function requestIdOf(serverContext: object): string {
  return ids.get(serverContext) ?? randomUUID();
}

/** Gives each request an id and returns it in `x-request-id`. Uses the id in the request's own header if it is valid. */
export function useRequestId(): Plugin {
  return {
    onRequest({ request, serverContext, requestHandler, setRequestHandler }) {
      const id = idOf(request);
      ids.set(serverContext, id);
      setRequestHandler((...parameters) => withRequestId(() => requestHandler(...parameters), id));
    },
    // A plugin can end a request before its handler runs, or before `onRequest` of this plugin. These responses get an
    // id as well.
    onResponse({ request, response, serverContext }) {
      response.headers.set('x-request-id', ids.get(serverContext) ?? idOf(request));
    },
  };
}

function idOf(request: Request): string {
  const sent = request.headers.get('x-request-id');
  return sent !== null && acceptable.test(sent) ? sent : randomUUID();
}
