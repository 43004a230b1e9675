import { type ExecutionResult, GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Context } from '../../graphql/context.ts';
import { type RecordedWording, wordingOf } from '../../graphql/error-wording.ts';
import { hasTerms } from '../../shared/wording.ts';
import { mapIterable } from '../../domain/events/event-iterators.ts';

/*
 * A client that renders messages with its own names for operations and arguments, as the command line does, sends
 * `"extensions": { "wording": true }` with its request. The response then has the messages in parts as well:
 * `extensions.wording` for the errors in the data, and `extensions.wording` of each error in `errors`. Only messages
 * that name a term are there.
 */

/** Adds error messages in parts to the responses of requests with the extension `wording`. */
export function useErrorWording(): Plugin {
  return {
    onExecutionResult({ result, setResult, context }) {
      if (result === undefined || Array.isArray(result)) return;
      if (!isWordingRequested(context.params.extensions)) return;
      setResult(
        Symbol.asyncIterator in result ? eventsWithWording(result) : withWording(result, recordedIn(context)),
      );
    },
  };
}

/** The recorded wordings of a request. Empty if the request failed before its context was complete. */
function recordedIn(context: object): Context['recordedWordings'] {
  const { recordedWordings = [] }: Partial<Context> = context;
  return recordedWordings;
}

/** Adds error messages in parts to the events of a subscription. */
export function eventsWithWording(
  events: AsyncIterable<ExecutionResult>,
): AsyncIterableIterator<ExecutionResult> {
  return mapIterable(events, async (iterator) => {
    const event = await iterator.next();
    return event.done === true ? event : { done: false, value: withWording(event.value, []) };
  });
}

/** Whether a request has the extension `wording`. `extensions` are the extensions that the client sent. */
export function isWordingRequested(extensions: unknown): boolean {
  return (
    typeof extensions === 'object' &&
    extensions !== null &&
    'wording' in extensions &&
    extensions.wording === true
  );
}

/** Adds error messages in parts to a result. `recorded` has the messages of the errors in its data. */
export function withWording(result: ExecutionResult, recorded: readonly RecordedWording[]): ExecutionResult {
  const { errors, extensions } = result;
  return {
    ...result,
    ...(errors === undefined ? {} : { errors: errors.map(withParts) }),
    ...(recorded.length > 0 ? { extensions: { ...extensions, wording: recorded } } : {}),
  };
}

function withParts(error: GraphQLError): GraphQLError {
  const wording = wordingOf(error);
  if (!hasTerms(wording)) return error;
  const { message, nodes, source, positions, path, extensions } = error;
  return new GraphQLError(message, {
    nodes,
    source,
    positions,
    path,
    extensions: { ...extensions, wording },
  });
}
