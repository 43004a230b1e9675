import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';

const current = new AsyncLocalStorage<string>();

/** The header in which clients and the server send the id of a request. */
export const requestIdHeader = 'x-request-id';

/** The accepted format of clients' request ids. Any other text could add false entries to the log. */
const acceptable = /^[\w.-]{1,64}$/;

/** Returns the id of the current request, or null outside of a request. */
export function currentRequestId(): string | null {
  return current.getStore() ?? null;
}

export function withRequestId<Result>(run: () => Result, id: string = randomUUID()): Result {
  return current.run(id, run);
}

/** Returns the id that a client sent with a request if the id is valid, or a new id. */
export function requestIdFrom(sent: string | null): string {
  return sent !== null && acceptable.test(sent) ? sent : randomUUID();
}
