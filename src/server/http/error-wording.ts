import type { ExecutionResult } from 'graphql';
import { isAsyncIterable, type Plugin } from 'graphql-yoga';
import type { Context } from '../../graphql/context.ts';
import { isWordingRequested, withWording } from '../../graphql/error-wording.ts';
import { mapIterable } from '../operations/mapped-iterable.ts';

/** Adds error messages in parts to the responses of requests with the extension `wording`. */
export function useErrorWording(): Plugin {
  return {
    onExecutionResult({ result, setResult, context }) {
      if (result === undefined || Array.isArray(result)) return;
      if (!isWordingRequested(context.params.extensions)) return;
      setResult(
        isAsyncIterable(result) ? eventsWithWording(result) : withWording(result, recordedIn(context)),
      );
    },
  };
}

/** A request that failed before its context was complete has none. */
function recordedIn(context: object): Context['recordedWordings'] {
  const { recordedWordings = [] }: Partial<Context> = context;
  return recordedWordings;
}

/** The same for the events of a subscription. */
export function eventsWithWording(
  events: AsyncIterable<ExecutionResult>,
): AsyncIterableIterator<ExecutionResult> {
  return mapIterable(events, async (iterator) => {
    const event = await iterator.next();
    return event.done === true ? event : { done: false, value: withWording(event.value, []) };
  });
}
