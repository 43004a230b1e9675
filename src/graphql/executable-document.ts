import { type DocumentNode, type GraphQLSchema, Kind, parse, visit } from 'graphql';
import { builder } from './core-types.ts';

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
export async function executableDocument(text: string): Promise<ExecutableDocument> {
  const earlier = known.get(text);
  if (earlier !== undefined) return earlier;
  const document = parse(text);
  const selectedFields = fieldNames(document);
  // The order of the types is visible in introspection only.
  const buildSchema = () => builder.toSchema({ selectedFields, sortSchema: false });
  let schema = buildSchema();
  if (!hasRootFields(schema, document)) {
    // Most commands need no analytics and no subscriptions.
    await import('./all-types.ts');
    schema = buildSchema();
  }
  const executable = { document, schema };
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

/** Whether the schema has all queries, mutations and subscriptions of a document. */
function hasRootFields(schema: GraphQLSchema, { definitions }: DocumentNode): boolean {
  return definitions.every(
    (definition) =>
      definition.kind !== Kind.OPERATION_DEFINITION ||
      definition.selectionSet.selections.every(
        (selection) =>
          selection.kind === Kind.FIELD &&
          schema.getRootType(definition.operation)?.getFields()[selection.name.value] !== undefined,
      ),
  );
}
