import {
  type FragmentDefinitionNode,
  type GraphQLSchema,
  type GraphQLType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isType,
  isWrappingType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

/** GraphQL completes introspection at once, so its values cost more than others, between which the server can yield. */
const costOfValue = 4;

export interface IntrospectionCostOptions {
  schema: GraphQLSchema;
  fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  isSkipped: (selection: SelectionNode) => boolean;
  /** Stops counting when all introspection fields of the operation have this cost. */
  limit: number;
}

/**
 * Returns a function that counts the values that a selection of introspection fields has in this schema. Its second
 * parameter is the schema or a part of it.
 */
export function introspectionCost({
  schema,
  fragments,
  isSkipped,
  limit,
}: IntrospectionCostOptions): (selectionSet: SelectionSetNode, of: unknown) => number {
  const known = new Map<SelectionSetNode, Map<unknown, number>>();
  /** The cost of all values that were counted one by one, in all introspection fields of the operation. */
  let counted = 0;
  const costOf = (selectionSet: SelectionSetNode, of: unknown): number => {
    const costs = known.get(selectionSet) ?? new Map<unknown, number>();
    known.set(selectionSet, costs);
    const found = costs.get(of);
    if (found !== undefined) return found;
    let cost = 0;
    for (const selection of selectionSet.selections) {
      if (counted > limit || isSkipped(selection)) continue;
      if (selection.kind !== Kind.FIELD) {
        const inner =
          selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
        if (inner !== undefined) cost += costOf(inner.selectionSet, of);
        continue;
      }
      cost += costOfValue;
      counted += costOfValue;
      if (selection.selectionSet === undefined) continue;
      for (const part of partsOf(schema, of, selection.name.value))
        if (counted <= limit) cost += costOf(selection.selectionSet, part);
    }
    costs.set(of, cost);
    return cost;
  };
  return costOf;
}

/** Returns the parts of a schema that an introspection field with subfields returns. */
function partsOf(schema: GraphQLSchema, of: unknown, field: string): readonly unknown[] {
  if (of === schema) return partsOfSchema(schema, field);
  if (isType(of)) return partsOfType(schema, of, field);
  // Fields, arguments and directives have the properties `args` and `type`.
  const parts: unknown = typeof of === 'object' && of !== null ? Reflect.get(of, field) : undefined;
  return Array.isArray(parts) ? parts : parts === undefined ? [] : [parts];
}

function partsOfSchema(schema: GraphQLSchema, field: string): readonly unknown[] {
  if (field === 'types') return Object.values(schema.getTypeMap());
  if (field === 'directives') return schema.getDirectives();
  return [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].filter(
    (type) => type !== undefined && type !== null && `${type.name.toLowerCase()}Type` === field,
  );
}

function partsOfType(schema: GraphQLSchema, type: GraphQLType, field: string): readonly unknown[] {
  if (field === 'ofType') return isWrappingType(type) ? [type.ofType] : [];
  if (isObjectType(type) || isInterfaceType(type)) {
    if (field === 'fields') return Object.values(type.getFields());
    if (field === 'interfaces') return type.getInterfaces();
  }
  if (field === 'possibleTypes') return isAbstractType(type) ? schema.getPossibleTypes(type) : [];
  if (field === 'inputFields') return isInputObjectType(type) ? Object.values(type.getFields()) : [];
  if (field === 'enumValues') return isEnumType(type) ? type.getValues() : [];
  return [];
}
