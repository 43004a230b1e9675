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

/** Gives every request an id, the client's own if it sent a usable one, and returns it with the answer. */
export function useRequestId(): Plugin {
  return {
    onRequest({ request, requestHandler, setRequestHandler }) {
      const sent = request.headers.get('x-request-id');
      const id = sent !== null && acceptable.test(sent) ? sent : randomUUID();
      setRequestHandler((...parameters) =>
        withRequestId(async () => {
          const response = await requestHandler(...parameters);
          response.headers.set('x-request-id', id);
          return response;
        }, id),
      );
    },
  };
}
