import { GraphQLError, type GraphQLErrorOptions } from 'graphql';
import { hasTerms, rendered, type Wording } from '../shared/wording.ts';
import { schemaTerms } from '../shared/schema-terms.ts';

/** An error text and its place in the response. The text has parts that the command line can replace. */
export interface RecordedWording {
  readonly path: readonly (string | number)[];
  readonly parts: Wording;
}

const parts = new WeakMap<GraphQLError, Wording>();

/** Creates an error for clients, with names from the GraphQL schema in its message. */
export function wordedError(message: Wording, options: GraphQLErrorOptions): GraphQLError {
  const error = new GraphQLError(rendered(message, schemaTerms), options);
  if (hasTerms(message)) parts.set(error, message);
  return error;
}

/** Returns the parts of an error message, or the whole message as one part. */
export function wordingOf(error: GraphQLError): Wording {
  const { originalError } = error;
  return (
    parts.get(error) ??
    (originalError instanceof GraphQLError ? parts.get(originalError) : undefined) ?? [error.message]
  );
}
