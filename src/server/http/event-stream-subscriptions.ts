import { type ExecutionResult, GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Authentication } from '../auth/authentication.ts';
import { type ServerContext, principalIn } from './authentication.ts';
import type { ConnectionLimit } from '../operations/connection-limit.ts';
import { mapIterable } from '../operations/mapped-iterable.ts';
import type { Subscribe } from '../operations/shared-execution.ts';

export interface EventStreamSubscriptionsOptions {
  authentication: Authentication;
  connections: ConnectionLimit;
  subscribe: Subscribe;
}

/**
 * Begins the subscriptions that are answered with a stream of events: each counts as a connection, and ends when the
 * token that it was begun with does.
 */
export function useEventStreamSubscriptions({
  authentication,
  connections,
  subscribe,
}: EventStreamSubscriptionsOptions): Plugin<ServerContext> {
  return {
    onSubscribe({ args: { contextValue }, setSubscribeFn }) {
      setSubscribeFn(async (args) => {
        const principal = principalIn(contextValue);
        const release = connections.open(principal, contextValue.req?.socket.remoteAddress);
        const events = await subscribe(args, 'http').catch((error: unknown) => {
          release();
          throw error;
        });
        if (!(Symbol.asyncIterator in events)) {
          release();
          return events;
        }
        let isRevoked = false;
        const callOff = authentication.untilRevoked(principal, () => {
          isRevoked = true;
          void events.return?.();
        });
        const end = () => {
          callOff();
          release();
        };
        return ending(events, end, () => {
          if (!isRevoked) return undefined;
          isRevoked = false;
          return { errors: [tokenEnded()] };
        });
      });
    },
  };
}

/** What a client is told that was let in, and may not stay. */
function tokenEnded(): GraphQLError {
  return new GraphQLError(
    'The token that this was begun with has expired, or was revoked or changed. Subscribe again with a valid one, and with the cursor of the last event',
    { extensions: { code: 'UNAUTHENTICATED' } },
  );
}

/** The same events, with one more at their end if there is something to say, and `onEnd` called once they are over. */
function ending(
  events: AsyncIterableIterator<ExecutionResult>,
  onEnd: () => void,
  lastWords: () => ExecutionResult | undefined,
): AsyncIterableIterator<ExecutionResult> {
  const next = async (iterator: AsyncIterator<ExecutionResult>): Promise<IteratorResult<ExecutionResult>> => {
    try {
      const result = await iterator.next();
      if (result.done !== true) return result;
    } catch (error) {
      onEnd();
      throw error;
    }
    onEnd();
    const words = lastWords();
    return words === undefined ? { done: true, value: undefined } : { done: false, value: words };
  };
  return mapIterable(events, next, onEnd);
}
