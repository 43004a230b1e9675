import type { TypedDocumentString } from '../../src/client/generated/graphql.ts';
import { openEventStream } from './event-stream.ts';
import type { Events } from './events.ts';
import { openSocket } from './socket.ts';

export interface Transport {
  transport: string;
  /** Starts an operation on its own connection to a listening server. */
  subscribe<Result, Variables>(
    url: string,
    document: TypedDocumentString<Result, Variables>,
    variables?: Variables,
  ): Promise<Events<Result> & AsyncDisposable>;
}

/** The transports of subscriptions. Subscribers receive the same events on both. */
export const transports: readonly Transport[] = [
  {
    transport: 'WebSocket',
    async subscribe(url, document, variables) {
      const socket = await openSocket(url);
      const events = socket.subscribe(document, variables);
      return Object.assign(events, { close: socket.close, [Symbol.asyncDispose]: socket.close });
    },
  },
  {
    transport: 'server-sent events',
    subscribe: (url, document, variables) => openEventStream(fetch, url, document, variables),
  },
];
