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
import { badUserInput } from '../errors.ts';
import { defaultPageSize, isCursor, pageArgumentError } from '../pagination/page.ts';
import { introspectionCost } from './introspection-cost.ts';
import { formatCount, fragmentsOf, limitExceeded } from './document-size.ts';

/** Reading from the database once takes as long as completing this number of values. */
const costOfStatement = 20;

/** The assumed number of items in a list without pages. */
export const assumedListSize = 10;

/**
 * The cost of a field that always reads the whole history. This cost allows several such fields in one operation, but
 * not dozens.
 */
export const fullHistoryScan = { cost: 2_000 } as const;

/**
 * A text field of up to 10,000 characters. It costs as much as several values. In a heavy operation, it counts towards the
 * size of the answer while the operation runs.
 */
export const longText = { cost: 5, isLongText: true } as const;

/** The number of values that an operation can select, or the errors that prevent its execution. */
export interface Complexity {
  cost: number;
  errors: readonly GraphQLError[];
}

/** Returns the complexity of an operation, as `complexityOf` does. */
export type ComplexityCheck = (args: ExecutionArgs) => Complexity;

export interface ComplexityLimits {
  /** The maximum number of values that an operation can select. */
  complexity: number;
  /** The name of the setting of this limit. */
  setting: string;
  /** The maximum number of items on a page of a list. */
  pageSize: number;
}

/**
 * Creates a check that remembers the operations without errors, with the values of the variables on which their cost
 * depends. An operation is remembered as long as its parsed document.
 */
export function createComplexityCheck(limits: ComplexityLimits): ComplexityCheck {
  const checked = new WeakMap<OperationDefinitionNode, CheckedOperation>();
  return (args) => {
    const { schema, document, operationName, variableValues } = args;
    const operation = getOperationAST(document, operationName);
    if (!operation) return complexityOf(args, limits);
    let known = checked.get(operation);
    if (known?.schema !== schema) {
      known = { schema, variables: variablesOfCost(document), costs: new Map() };
      checked.set(operation, known);
    }
    const values = JSON.stringify(known.variables.map((name) => valueForCost(variableValues?.[name])));
    const cost = known.costs.get(values);
    if (cost !== undefined) return { cost, errors: [] };
    const complexity = complexityOf(args, limits);
    if (complexity.errors.length === 0 && known.costs.size < mostValues)
      known.costs.set(values, complexity.cost);
    return complexity;
  };
}

interface CheckedOperation {
  schema: GraphQLSchema;
  /** The variables on which the cost depends. */
  variables: readonly string[];
  /** The cost of the operation for each value of these variables with which it has no errors. */
  costs: Map<string, number>;
}

/** How many values are remembered for one operation. */
const mostValues = 100;

/** The arguments that change the cost: those of a page, and the name of a type in an introspection. */
const argumentsOfCost = new Set(['first', 'last', 'before', 'after', 'name']);

/** Returns the names of the variables on which the cost of a document depends. */
function variablesOfCost(document: DocumentNode): string[] {
  const names = new Set<string>();
  const findIn = (node: ASTNode) => {
    visit(node, { Variable: ({ name }) => void names.add(name.value) });
  };
  visit(document, {
    Directive: findIn,
    Argument: (node) => (argumentsOfCost.has(node.name.value) ? findIn(node) : undefined),
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
 * Returns the complexity of an operation. There is an error for each invalid page argument, or one error if the operation
 * selects too many values. Call this function before the execution, so that a rejected operation changes nothing.
 */
export function complexityOf(
  { schema, document, operationName, variableValues }: ExecutionArgs,
  limits: ComplexityLimits,
): Complexity {
  const operation = getOperationAST(document, operationName);
  const root = operation && schema.getRootType(operation.operation);
  if (!operation || !root) return { cost: 0, errors: [] };
  const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], variableValues ?? {});
  // Invalid variables are reported later, by the execution.
  if (coerced === undefined) return { cost: 0, errors: [] };

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
      largest: limits.pageSize,
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

  const costOfIntrospection = introspectionCost({ schema, fragments, isSkipped, limit: limits.complexity });
  /** Returns the type that the argument of the field `__type` names. */
  const typeIn = ({ arguments: given = [] }: FieldNode) => {
    const [name] = given;
    return schema.getType(String(name && valueFromASTUntyped(name.value, coerced)));
  };

  /** Returns the cost of a field. If its parent is a connection, `page` is the page size. */
  const costOfField = (node: FieldNode, parent: GraphQLNamedType, page: number | undefined): number => {
    const field = fieldOf(parent, node.name.value);
    if (field === undefined) return 1;
    const { cost = 1 + (parent === schema.getQueryType() ? costOfStatement : 0) }: { cost?: number } =
      field.extensions;
    if (node.selectionSet === undefined) return field.name === 'totalCount' ? costOfStatement : cost;
    const own = pageOf(field, node);
    if (field === SchemaMetaFieldDef) return costOfIntrospection(node.selectionSet, schema);
    if (field === TypeMetaFieldDef) return costOfIntrospection(node.selectionSet, typeIn(node));
    const type = getNamedType(field.type);
    if (!isListType(getNullableType(field.type))) {
      // The server reads the items of a page to know if there are more.
      const read = page !== undefined && type.name === 'PageInfo' ? page : 0;
      return cost + read + costOf(node.selectionSet, type, own);
    }
    const items = own ?? page ?? assumedListSize;
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
  if (problems.size > 0) return { cost, errors: [...problems.values()] };
  return { cost, errors: cost > limits.complexity ? [tooComplex(cost, limits)] : [] };
}

type Field = GraphQLField<unknown, unknown>;

function fieldOf(type: GraphQLNamedType, name: string): Field | undefined {
  if (!isObjectType(type) && !isInterfaceType(type)) return undefined;
  return type.getFields()[name] ?? metaFields.get(name);
}

const metaFields: ReadonlyMap<string, Field> = new Map(
  [SchemaMetaFieldDef, TypeMetaFieldDef].map((field) => [field.name, field]),
);

function tooComplex(cost: number, { complexity: limit, setting }: ComplexityLimits): GraphQLError {
  return limitExceeded({
    code: 'QUERY_TOO_COMPLEX',
    message: `The operation selects up to ${formatCount(cost)} values, if every page is full and every other list has ${assumedListSize} items`,
    suggestion: 'Request smaller pages with the argument first, select fewer fields, or split the operation',
    limit,
    found: cost,
    setting,
  });
}
