import { type DocumentNode, type GraphQLSchema, parse, visit } from 'graphql';
import { builder } from './declared-types.ts';

/** A document, and a schema that can execute this document only. */
export interface ExecutableDocument {
  document: DocumentNode;
  schema: GraphQLSchema;
}

const known = new Map<string, ExecutableDocument>();

/**
 * Parses a document of a command, and builds the part of the schema that the document selects. The whole schema would
 * take longer to build than the command takes. Use this function for few different documents: it keeps each.
 */
export function executableDocument(text: string): ExecutableDocument {
  const earlier = known.get(text);
  if (earlier !== undefined) return earlier;
  const document = parse(text);
  const executable = {
    document,
    // The order of the types is visible in introspection only.
    schema: builder.toSchema({ selectedFields: fieldNames(document), sortSchema: false }),
  };
  known.set(text, executable);
  return executable;
}

/** Returns the names of the fields that a document selects from any type. */
function fieldNames(document: DocumentNode): Set<string> {
  const names = new Set<string>();
  visit(document, {
    Field({ name }) {
      names.add(name.value);
    },
  });
  return names;
}
