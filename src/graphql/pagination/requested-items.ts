import { type FieldNode, type GraphQLResolveInfo, Kind, type SelectionSetNode } from 'graphql';

/*
 * What a client requests of a connection. These functions ignore `@skip` and `@include`, so a requested field can be
 * missing in the response.
 */

/** Whether the client requests any other field of a connection than `totalCount`. */
export function needsItems(info: GraphQLResolveInfo): boolean {
  return requestsField(info, (name) => !withoutItems.has(name));
}

const withoutItems: ReadonlySet<string> = new Set(['totalCount', '__typename']);

/** Whether the client requests to know if there are more pages. */
export function needsPageInfo(info: GraphQLResolveInfo): boolean {
  return requestsField(info, (name) => name === 'pageInfo');
}

/** Whether the client requests a field of a connection whose name meets the condition. */
function requestsField(
  { fieldNodes, fragments }: GraphQLResolveInfo,
  condition: (name: string) => boolean,
): boolean {
  const selectsField = ({ selections }: SelectionSetNode): boolean =>
    selections.some((selection) => {
      if (selection.kind === Kind.FIELD) return condition(selection.name.value);
      const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? fragments[selection.name.value] : selection;
      return fragment !== undefined && selectsField(fragment.selectionSet);
    });
  return fieldNodes.some(({ selectionSet }) => selectionSet !== undefined && selectsField(selectionSet));
}

/** Returns the names of the fields that the client requests of the items of a connection. */
export function fieldsOfItems({ fieldNodes, fragments }: GraphQLResolveInfo): ReadonlySet<string> {
  const [field, ...others] = fieldNodes;
  if (field === undefined || others.length > 0) return collectFieldsOfItems({ fieldNodes, fragments });
  let fields = fieldsOfItemsByField.get(field);
  if (fields === undefined) {
    fields = collectFieldsOfItems({ fieldNodes, fragments });
    fieldsOfItemsByField.set(field, fields);
  }
  return fields;
}

/** Remembers the fields as long as the parsed document, because the same field often has many parents. */
const fieldsOfItemsByField = new WeakMap<FieldNode, ReadonlySet<string>>();

function collectFieldsOfItems({
  fieldNodes,
  fragments,
}: Pick<GraphQLResolveInfo, 'fieldNodes' | 'fragments'>): ReadonlySet<string> {
  const selectedIn = (of: readonly (SelectionSetNode | undefined)[]) => selectedFields(of, fragments);
  const inConnection = selectedIn(fieldNodes.map(({ selectionSet }) => selectionSet));
  const inEdges = selectedIn(inConnection.get('edges') ?? []);
  const inItems = selectedIn([...(inConnection.get('nodes') ?? []), ...(inEdges.get('node') ?? [])]);
  return new Set(inItems.keys());
}

/** Returns the names of the selected fields, each with the selections inside the field. */
function selectedFields(
  selectionSets: readonly (SelectionSetNode | undefined)[],
  fragments: GraphQLResolveInfo['fragments'],
): Map<string, (SelectionSetNode | undefined)[]> {
  const fields = new Map<string, (SelectionSetNode | undefined)[]>();
  const addFields = (selectionSet: SelectionSetNode | undefined) => {
    for (const selection of selectionSet?.selections ?? [])
      if (selection.kind === Kind.FIELD) {
        const { name, selectionSet: inside } = selection;
        fields.set(name.value, [...(fields.get(name.value) ?? []), inside]);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) addFields(selection.selectionSet);
      else addFields(fragments[selection.name.value]?.selectionSet);
  };
  selectionSets.forEach(addFields);
  return fields;
}
