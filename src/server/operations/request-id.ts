import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import type { Plugin } from 'graphql-yoga';

const current = new AsyncLocalStorage<string>();
/** Of every request under way, by what the server knows of it. */
const ids = new WeakMap<object, string>();
const acceptable = /^[\w.-]{1,64}$/;

/** The id of the request being answered; null outside of one. */
export function currentRequestId(): string | null {
  return current.getStore() ?? null;
}

export function withRequestId<Result>(run: () => Result, id: string = randomUUID()): Result {
  return current.run(id, run);
}

/** The id of a request that is on its way to its handler: there is no current one yet. */
export function requestIdOf(serverContext: object): string {
  return ids.get(serverContext) ?? randomUUID();
}

/** Gives every request an id, the client's own if it sent a usable one, and returns it with the answer. */
export function useRequestId(): Plugin {
  return {
    onRequest({ request, serverContext, requestHandler, setRequestHandler }) {
      const id = idOf(request);
      ids.set(serverContext, id);
      setRequestHandler((...parameters) => withRequestId(() => requestHandler(...parameters), id));
    },
    // Not around the handler, nor only for requests that were seen coming: plugins answer before either.
    onResponse({ request, response, serverContext }) {
      response.headers.set('x-request-id', ids.get(serverContext) ?? idOf(request));
    },
  };
}

function idOf(request: Request): string {
  const sent = request.headers.get('x-request-id');
  return sent !== null && acceptable.test(sent) ? sent : randomUUID();
}
