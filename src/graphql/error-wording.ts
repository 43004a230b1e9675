import { type ExecutionResult, GraphQLError, type GraphQLErrorOptions } from 'graphql';
import { hasTerms, rendered, type Wording } from '../shared/wording.ts';
import { schemaTerms } from './terms.ts';

/*
 * A client that renders messages with its own names for operations and arguments, as the command line does, sends
 * `"extensions": { "wording": true }` with its request. The response then has the messages in parts as well:
 * `extensions.wording` for the errors in the data, and `extensions.wording` of each error in `errors`. Only messages
 * that name a term are there.
 */

/** A text in the data, by its path in the response. */
export interface RecordedWording {
  readonly path: readonly (string | number)[];
  readonly parts: Wording;
}

const parts = new WeakMap<GraphQLError, Wording>();

/** An error for clients, whose message is in the names of the schema. */
export function wordedError(message: Wording, options: GraphQLErrorOptions): GraphQLError {
  const error = new GraphQLError(rendered(message, schemaTerms), options);
  if (hasTerms(message)) parts.set(error, message);
  return error;
}

/** The message of an error in parts, as far as it is known. */
export function wordingOf(error: GraphQLError): Wording {
  const { originalError } = error;
  return (
    parts.get(error) ??
    (originalError instanceof GraphQLError ? parts.get(originalError) : undefined) ?? [error.message]
  );
}

/** Whether a request has the extension. `extensions` is what the client sent. */
export function isWordingRequested(extensions: unknown): boolean {
  return (
    typeof extensions === 'object' &&
    extensions !== null &&
    'wording' in extensions &&
    extensions.wording === true
  );
}

/** The result with the messages in parts. `recorded` are those of the errors in its data. */
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
