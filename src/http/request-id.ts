import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import type { Plugin } from 'graphql-yoga';

const current = new AsyncLocalStorage<string>();
const acceptable = /^[\w.-]{1,64}$/;

/** The id of the request being answered; null outside of one. */
export function currentRequestId(): string | null {
  return current.getStore() ?? null;
}

export function withRequestId<Result>(run: () => Result, id: string = randomUUID()): Result {
  return current.run(id, run);
}

/** The same events, each of them looked for as part of the request that is answered now, whoever asks and when. */
export function keepRequestId<Event>(events: AsyncIterable<Event>): AsyncIterableIterator<Event> {
  const within = AsyncLocalStorage.snapshot();
  const iterator = events[Symbol.asyncIterator]();
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: () => within(() => iterator.next()),
    async return(value) {
      return within(() => iterator.return?.(value)) ?? { done: true, value };
    },
    async throw(error) {
      return within(() => iterator.throw?.(error)) ?? { done: true, value: undefined };
    },
  };
}

/** Gives every request an id, the client's own if it sent a usable one, and returns it with the answer. */
export function useRequestId(): Plugin {
  const ids = new WeakMap<object, string>();
  return {
    onRequest({ request, serverContext, requestHandler, setRequestHandler }) {
      const id = idOf(request);
      ids.set(serverContext, id);
      setRequestHandler((...parameters) => withRequestId(() => requestHandler(...parameters), id));
    },
    onResultProcess({ result, setResult }) {
      if (Symbol.asyncIterator in result) setResult(keepRequestId(result));
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
