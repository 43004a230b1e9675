import { type GraphQLResolveInfo, Kind, type SelectionSetNode } from 'graphql';

/** What a client requests of a connection. */
export interface RequestedFields {
  /** Whether the client requests any other field of the connection than `totalCount`. */
  needsItems: boolean;
  /** The names of the fields that the client requests of the items. */
  ofItems: ReadonlySet<string>;
}

type Selections = Pick<GraphQLResolveInfo, 'fragments'> & { of: readonly (SelectionSetNode | undefined)[] };

/** Ignores `@skip` and `@include`, so a requested field can be missing in the response. */
export function requestedFields({ fieldNodes, fragments }: GraphQLResolveInfo): RequestedFields {
  const inConnection = selectedFields({ of: fieldNodes.map(({ selectionSet }) => selectionSet), fragments });
  const inEdges = selectedFields({ of: inConnection.get('edges') ?? [], fragments });
  const items = [...(inConnection.get('nodes') ?? []), ...(inEdges.get('node') ?? [])];
  return {
    needsItems: [...inConnection.keys()].some((name) => !withoutItems.has(name)),
    ofItems: new Set(selectedFields({ of: items, fragments }).keys()),
  };
}

const withoutItems: ReadonlySet<string> = new Set(['totalCount', '__typename']);

/** Returns the names of the selected fields, each with the selections inside the field. */
function selectedFields({ of, fragments }: Selections): Map<string, (SelectionSetNode | undefined)[]> {
  const fields = new Map<string, (SelectionSetNode | undefined)[]>();
  const addFields = (selectionSet: SelectionSetNode | undefined) => {
    for (const selection of selectionSet?.selections ?? [])
      if (selection.kind === Kind.FIELD) {
        const { name, selectionSet: inside } = selection;
        fields.set(name.value, [...(fields.get(name.value) ?? []), inside]);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) addFields(selection.selectionSet);
      else addFields(fragments[selection.name.value]?.selectionSet);
  };
  of.forEach(addFields);
  return fields;
}
