import { GraphQLError, type GraphQLErrorOptions } from 'graphql';
import { hasTerms, rendered, type Wording } from '../shared/wording.ts';
import { schemaTerms } from '../shared/schema-terms.ts';

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
