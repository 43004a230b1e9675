import {
  type ASTNode,
  BREAK,
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
import { pageArgumentError, defaultPageSize } from '../pagination/page.ts';
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
 * Creates a check that remembers the operations without errors. If the cost of an operation does not depend on
 * variables, it is computed only once. An operation is remembered as long as its parsed document.
 */
export function createComplexityCheck(limits: Pick<Limits, 'queryComplexity' | 'pageSize'>): ComplexityCheck {
  const cheap = new WeakMap<OperationDefinitionNode, GraphQLSchema>();
  return (args) => {
    const { schema, document, operationName } = args;
    const operation = getOperationAST(document, operationName);
    if (operation && cheap.get(operation) === schema) return [];
    const errors = complexityErrors(args, limits);
    if (operation && errors.length === 0 && !hasVariableCost(document)) cheap.set(operation, schema);
    return errors;
  };
}

const pageArguments = new Set(['first', 'last', 'before', 'after']);

/** Whether a page argument or a directive in the document contains a variable. */
function hasVariableCost(document: DocumentNode): boolean {
  let isFound = false;
  const findVariable = () => {
    isFound = true;
    return BREAK;
  };
  const findIn = (node: ASTNode) => {
    visit(node, { Variable: findVariable });
    return isFound ? BREAK : undefined;
  };
  visit(document, {
    Directive: findIn,
    Argument: (node) => (pageArguments.has(node.name.value) ? findIn(node) : undefined),
  });
  return isFound;
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
