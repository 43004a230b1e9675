import {
  type ASTNode,
  type DocumentNode,
  type ExecutionArgs,
  type FieldNode,
  getDirectiveValues,
  getNamedType,
  getNullableType,
  getOperationAST,
  getVariableValues,
  GraphQLError,
  type GraphQLField,
  GraphQLIncludeDirective,
  type GraphQLNamedType,
  type GraphQLSchema,
  GraphQLSkipDirective,
  isInterfaceType,
  isIntrospectionType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  SchemaMetaFieldDef,
  type SelectionNode,
  type SelectionSetNode,
  TypeMetaFieldDef,
  valueFromASTUntyped,
  visit,
} from 'graphql';
import type { Limits } from './limits.ts';
import { badUserInput } from '../errors.ts';
import { defaultPageSize, isCursor, pageArgumentError } from '../pagination/page.ts';
import { formatCount, fragmentsOf, limitExceeded } from './document-size.ts';

/** The assumed number of items in a list without pages. */
const assumedListSize = 10;

/** The assumed number of items in a list of an introspection query. */
const assumedIntrospectionListSize = 5;

/**
 * The cost of a field that always reads the whole history. This cost allows several such fields in one operation, but
 * not dozens.
 */
export const fullHistoryScan = { cost: 2_000 } as const;

/** Returns the errors of `complexityErrors` for an operation. */
export type ComplexityCheck = (args: ExecutionArgs) => readonly GraphQLError[];

/**
 * Creates a check that remembers the operations without errors, with the values of the variables on which their cost
 * depends. An operation is remembered as long as its parsed document.
 */
export function createComplexityCheck(limits: Pick<Limits, 'queryComplexity' | 'pageSize'>): ComplexityCheck {
  const checked = new WeakMap<OperationDefinitionNode, CheckedOperation>();
  return (args) => {
    const { schema, document, operationName, variableValues } = args;
    const operation = getOperationAST(document, operationName);
    if (!operation) return complexityErrors(args, limits);
    let known = checked.get(operation);
    if (known?.schema !== schema) {
      known = { schema, variables: variablesOfCost(document), cheap: new Set() };
      checked.set(operation, known);
    }
    const values = JSON.stringify(known.variables.map((name) => valueForCost(variableValues?.[name])));
    if (known.cheap.has(values)) return [];
    const errors = complexityErrors(args, limits);
    if (errors.length === 0 && known.cheap.size < mostValues) known.cheap.add(values);
    return errors;
  };
}

interface CheckedOperation {
  schema: GraphQLSchema;
  /** The variables in page arguments and directives. */
  variables: readonly string[];
  /** The values of these variables for which the operation has no errors. */
  cheap: Set<string>;
}

/** How many values are remembered for one operation. */
const mostValues = 100;

const pageArguments = new Set(['first', 'last', 'before', 'after']);

/** Returns the names of the variables in the page arguments and the directives of a document. */
function variablesOfCost(document: DocumentNode): string[] {
  const names = new Set<string>();
  const findIn = (node: ASTNode) => {
    visit(node, { Variable: ({ name }) => void names.add(name.value) });
  };
  visit(document, {
    Directive: findIn,
    Argument: (node) => (pageArguments.has(node.name.value) ? findIn(node) : undefined),
  });
  return [...names];
}

/**
 * Returns the same value for all valid cursors, because the cost does not depend on the cursor. Clients cannot send
 * objects for these variables, so the objects differ from every value that clients send.
 */
function valueForCost(value: unknown): unknown {
  if (value === undefined) return { is: 'missing' };
  return typeof value === 'string' && isCursor(value) ? { is: 'a cursor' } : value;
}

/**
 * Returns an error for each invalid page argument, or one error if the operation selects too many values. Call this
 * function before the execution, so that a rejected operation changes nothing.
 */
export function complexityErrors(
  { schema, document, operationName, variableValues }: ExecutionArgs,
  { queryComplexity, pageSize }: Pick<Limits, 'queryComplexity' | 'pageSize'>,
): readonly GraphQLError[] {
  const operation = getOperationAST(document, operationName);
  const root = operation && schema.getRootType(operation.operation);
  if (!operation || !root) return [];
  const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], variableValues ?? {});
  // Invalid variables are reported later, by the execution.
  if (coerced === undefined) return [];

  const problems = new Map<SelectionNode, GraphQLError>();
  const reject = (node: SelectionNode, ...problem: Parameters<typeof badUserInput>) => {
    const { message, extensions } = badUserInput(...problem);
    problems.set(node, new GraphQLError(message, { nodes: node, extensions }));
  };
  const fragments = fragmentsOf(document);
  const costs = new Map<string, number>();

  /** Returns the page size that a field requests, or undefined if the field has no pages. */
  const pageOf = ({ args }: Field, node: FieldNode): number | undefined => {
    const first = args.find(({ name }) => name === 'first');
    if (first === undefined) return undefined;
    const page = Object.fromEntries(
      (node.arguments ?? []).map(({ name, value }) => [name.value, valueFromASTUntyped(value, coerced)]),
    );
    const problem = pageArgumentError(page, {
      hasCursors: args.some(({ name }) => name === 'after'),
      largest: pageSize,
    });
    if (problem !== undefined) reject(node, ...problem);
    const size = page.first ?? page.last ?? first.defaultValue;
    return typeof size === 'number' ? size : defaultPageSize;
  };
  const isSkipped = (selection: SelectionNode): boolean => {
    if (selection.directives?.length === 0) return false;
    try {
      return (
        getDirectiveValues(GraphQLSkipDirective, selection, coerced)?.if === true ||
        getDirectiveValues(GraphQLIncludeDirective, selection, coerced)?.if === false
      );
    } catch (error) {
      // This call throws if the argument `if` of the directive is null. The validation does not always detect this mistake.
      if (!(error instanceof GraphQLError)) throw error;
      reject(selection, error.message, null);
      return false;
    }
  };

  /** Returns the cost of a field. If its parent is a connection, `page` is the page size. */
  const costOfField = (node: FieldNode, parent: GraphQLNamedType, page: number | undefined): number => {
    const field = fieldOf(parent, node.name.value);
    if (node.selectionSet === undefined || field === undefined) return 1;
    const own = pageOf(field, node);
    const type = getNamedType(field.type);
    const { cost = 1 }: { cost?: number } = field.extensions;
    if (!isListType(getNullableType(field.type))) return cost + costOf(node.selectionSet, type, own);
    const items = own ?? page ?? (isIntrospectionType(type) ? assumedIntrospectionListSize : assumedListSize);
    return cost + items * costOf(node.selectionSet, type, undefined);
  };
  const costOfFragment = (name: string, page: number | undefined): number => {
    const key = `${name} ${page}`;
    const found = costs.get(key);
    if (found !== undefined) return found;
    const fragment = fragments.get(name);
    const type = fragment && schema.getType(fragment.typeCondition.name.value);
    const cost = fragment && type ? costOf(fragment.selectionSet, type, page) : 0;
    costs.set(key, cost);
    return cost;
  };
  const costOf = (
    { selections }: SelectionSetNode,
    parent: GraphQLNamedType,
    page: number | undefined,
  ): number => {
    let sum = 0;
    for (const selection of selections) {
      if (isSkipped(selection)) continue;
      if (selection.kind === Kind.FIELD) sum += costOfField(selection, parent, page);
      else if (selection.kind === Kind.FRAGMENT_SPREAD) sum += costOfFragment(selection.name.value, page);
      else {
        const condition = selection.typeCondition?.name.value;
        const type = condition === undefined ? parent : schema.getType(condition);
        sum += costOf(selection.selectionSet, type ?? parent, page);
      }
    }
    return sum;
  };

  const cost = costOf(operation.selectionSet, root, undefined);
  if (problems.size > 0) return [...problems.values()];
  // For a subscription, this limit applies to each event.
  return cost > queryComplexity ? [tooComplex(cost, queryComplexity)] : [];
}

type Field = GraphQLField<unknown, unknown>;

function fieldOf(type: GraphQLNamedType, name: string): Field | undefined {
  if (!isObjectType(type) && !isInterfaceType(type)) return undefined;
  return type.getFields()[name] ?? metaFields.get(name);
}

const metaFields: ReadonlyMap<string, Field> = new Map(
  [SchemaMetaFieldDef, TypeMetaFieldDef].map((field) => [field.name, field]),
);

function tooComplex(cost: number, limit: number): GraphQLError {
  return limitExceeded({
    code: 'QUERY_TOO_COMPLEX',
    message: `The operation selects up to ${formatCount(cost)} values, if every page is full and every other list has ${assumedListSize} items`,
    suggestion: 'Request smaller pages with the argument first, select fewer fields, or split the operation',
    limit,
    found: cost,
    setting: 'MAX_QUERY_COMPLEXITY',
  });
}
