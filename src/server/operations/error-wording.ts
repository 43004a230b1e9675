import { type ExecutionResult, GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Context } from '../../graphql/context.ts';
import { type RecordedWording, wordingOf } from '../../graphql/error-wording.ts';
import { hasTerms } from '../../shared/wording.ts';
import { mapIterable } from '../../domain/events/event-iterators.ts';

/*
 * Some clients, such as the command line, have their own names for operations and arguments. They send
 * `"extensions": { "wording": true }`, and get the parts (texts and names) of messages in `extensions.wording`: of the
 * response for errors in the data, or of the error for an error in `errors`.
 */

/** Adds the parts (texts and names) of error messages to responses. The request must have the extension `wording`. */
export function useErrorWording(): Plugin<object, Context> {
  return {
    onExecutionResult({ result, setResult, context }) {
      if (result === undefined || Array.isArray(result)) return;
      if (!isWordingRequested(context.params.extensions)) return;
      setResult(
        Symbol.asyncIterator in result
          ? eventsWithWording(result)
          : withWording(result, context.recordedWordings),
      );
    },
  };
}

/** Adds the parts (texts and names) of error messages to the events of a subscription. */
export function eventsWithWording(
  events: AsyncIterable<ExecutionResult>,
): AsyncIterableIterator<ExecutionResult> {
  return mapIterable(events, async (iterator) => {
    const event = await iterator.next();
    return event.done === true ? event : { done: false, value: withWording(event.value, []) };
  });
}

/**
 * Whether a client asks for the parts (texts and names) of error messages. `extensions` are the client's GraphQL
 * extensions.
 */
export function isWordingRequested(extensions: unknown): boolean {
  return (
    typeof extensions === 'object' &&
    extensions !== null &&
    'wording' in extensions &&
    extensions.wording === true
  );
}

/**
 * Adds the parts (texts and names) of error messages to a result. `recorded` contains the messages of the expected
 * errors.
 */
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
