import type { ServerResponse } from 'node:http';
import type { Plugin } from 'graphql-yoga';

const eventStreams = new WeakSet<ServerResponse>();

/** Whether this answer is a stream of events, which has no end of its own. */
export function isEventStream(response: ServerResponse): boolean {
  return eventStreams.has(response);
}

/** Remembers which answers are. The request does not tell: who accepts anything is answered with a stream, too. */
export function useEventStreamMarks(): Plugin<object, { res?: ServerResponse }> {
  return {
    onResponse({ response, serverContext }) {
      if (serverContext?.res !== undefined && response.headers.get('content-type') === 'text/event-stream')
        eventStreams.add(serverContext.res);
    },
  };
}
