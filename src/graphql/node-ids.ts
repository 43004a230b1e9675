import { type GraphQLSchema, isInterfaceType } from 'graphql';
import { encodeGlobalId } from './global-id.ts';

/**
 * Replaces the resolvers of the field `id`. Those of Pothos return a promise, and one promise in an object makes
 * GraphQL wait for the object, and for each list that contains it.
 */
export function resolveNodeIdsAtOnce(schema: GraphQLSchema): void {
  const node = schema.getType('Node');
  if (!isInterfaceType(node)) throw new Error('The schema has no interface Node');
  for (const type of schema.getPossibleTypes(node)) {
    const field = type.getFields().id;
    if (field === undefined) throw new Error(`The type ${type.name} has no field id`);
    field.resolve = ({ id }: { id: number }) => encodeGlobalId(type.name, id);
  }
}
