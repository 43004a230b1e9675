import {
  type DocumentNode,
  type FragmentDefinitionNode,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

/** What the log and the metrics say about an operation. */
export interface OperationDescription {
  /** `query`, `mutation` or `subscription`. */
  kind: string;
  /** The root field, or `several`. */
  operation: string;
  /** The name that the client chose. It is unbounded, so it is for the log only and never a label of a metric. */
  name: string | null;
}

export const unknownOperation: OperationDescription = { kind: 'unknown', operation: 'unknown', name: null };

/** Parsed documents are cached, so each operation is described once. */
const descriptions = new WeakMap<OperationDefinitionNode, OperationDescription>();

/** Describes an operation of a valid document. If no operation has the name, it is `unknownOperation`. */
export function describeOperation(
  document: DocumentNode,
  name: string | null | undefined,
): OperationDescription {
  const operation = getOperationAST(document, name);
  if (operation === null || operation === undefined) return unknownOperation;
  const description = descriptions.get(operation) ?? describe(document, operation);
  descriptions.set(operation, description);
  return description;
}

function describe(document: DocumentNode, operation: OperationDefinitionNode): OperationDescription {
  const fragments = new Map(
    document.definitions.flatMap((each) =>
      each.kind === Kind.FRAGMENT_DEFINITION ? [[each.name.value, each] as const] : [],
    ),
  );
  const [field = 'none', ...more] = rootFields(operation.selectionSet, fragments);
  return {
    kind: operation.operation,
    operation: more.length === 0 ? field : 'several',
    name: operation.name?.value ?? null,
  };
}

/** Ends only for valid documents: their fragments have no cycles. */
function rootFields(
  { selections }: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): Set<string> {
  return new Set(
    selections.flatMap((selection) => {
      if (selection.kind === Kind.FIELD) return [selection.name.value];
      const inner = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
      return inner === undefined ? [] : [...rootFields(inner.selectionSet, fragments)];
    }),
  );
}
