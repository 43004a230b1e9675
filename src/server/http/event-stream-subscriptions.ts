import { type ExecutionResult, GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { type LongLivedConnections, tokenEnded } from '../operations/long-lived-connections.ts';
import { mapIterable } from '../../domain/events/event-iterators.ts';
import type { Subscribe } from '../operations/shared-execution.ts';
import { principalIn, type ServerContext } from './authentication.ts';
import type { ResponseErrorCode } from '../../shared/expected-error.ts';

export interface EventStreamSubscriptionsOptions {
  connections: LongLivedConnections;
  subscribe: Subscribe;
}

/**
 * Starts subscriptions over HTTP event streams. Each subscription counts as a connection, and ends when the client's
 * token becomes invalid.
 */
export function useEventStreamSubscriptions({
  connections,
  subscribe,
}: EventStreamSubscriptionsOptions): Plugin<ServerContext> {
  return {
    onSubscribe({ args: { contextValue }, setSubscribeFn }) {
      setSubscribeFn(async (args) => {
        let hasTokenEnded = false;
        let stop = () => {};
        const release = connections.open(
          principalIn(contextValue),
          contextValue.req?.socket.remoteAddress,
          () => {
            hasTokenEnded = true;
            stop();
          },
        );
        const { requestId } = contextValue;
        const { clientId } = principalIn(contextValue);
        const events = await subscribe(args, { transport: 'http', requestId, clientId }).catch(
          (error: unknown) => {
            release();
            throw error;
          },
        );
        if (!(Symbol.asyncIterator in events)) {
          release();
          return events;
        }
        stop = () => void events.return?.();
        // Stop if the token became invalid while the subscription started.
        if (hasTokenEnded) stop();
        return withLastResult(events, release, () => {
          if (!hasTokenEnded) return undefined;
          hasTokenEnded = false;
          return { errors: [tokenEndedError()] };
        });
      });
    },
  };
}

function tokenEndedError(): GraphQLError {
  return new GraphQLError(
    `${tokenEnded}. Subscribe again with a valid token, and with the cursor of the last event`,
    { extensions: { code: 'UNAUTHENTICATED' satisfies ResponseErrorCode } },
  );
}

/**
 * Yields all events, and then the results of `lastResult` until it returns undefined. Calls `onEnd` at least once after
 * the last event.
 */
function withLastResult(
  events: AsyncIterableIterator<ExecutionResult>,
  onEnd: () => void,
  lastResult: () => ExecutionResult | undefined,
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
    const last = lastResult();
    return last === undefined ? { done: true, value: undefined } : { done: false, value: last };
  };
  return mapIterable(events, next, onEnd);
}
