import { randomUUID } from 'node:crypto';

/** The header in which clients and the server send the id of a request. */
export const requestIdHeader = 'x-request-id';

/** The accepted format of clients' request ids. Any other text could add false entries to the log. */
const acceptable = /^[\w.-]{1,64}$/;

/** Returns the id that a client sent with a request if the id is valid, or a new id. */
export function requestIdFrom(sent: string | null): string {
  return sent !== null && acceptable.test(sent) ? sent : randomUUID();
}
