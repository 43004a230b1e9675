import { GraphQLError, type GraphQLErrorOptions } from 'graphql';
import { hasTerms, rendered, type Wording } from '../shared/wording.ts';
import { schemaTerms } from '../shared/schema-terms.ts';

/** The parts of a text in the data of a response, and the path of that text. */
export interface RecordedWording {
  readonly path: readonly (string | number)[];
  readonly parts: Wording;
}

const parts = new WeakMap<GraphQLError, Wording>();

/** Creates an error for clients. Its message contains the schema's names of operations and arguments. */
export function wordedError(message: Wording, options: GraphQLErrorOptions): GraphQLError {
  const error = new GraphQLError(rendered(message, schemaTerms), options);
  if (hasTerms(message)) parts.set(error, message);
  return error;
}

/** The message of an error in parts. If the parts are not known, the whole message is one part. */
export function wordingOf(error: GraphQLError): Wording {
  const { originalError } = error;
  return (
    parts.get(error) ??
    (originalError instanceof GraphQLError ? parts.get(originalError) : undefined) ?? [error.message]
  );
}
