import {
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
  GraphQLSkipDirective,
  isInterfaceType,
  isIntrospectionType,
  isListType,
  isObjectType,
  Kind,
  SchemaMetaFieldDef,
  type SelectionNode,
  type SelectionSetNode,
  TypeMetaFieldDef,
  valueFromASTUntyped,
} from 'graphql';
import type { Limits } from './limits.ts';
import { badUserInput } from '../errors.ts';
import { pageProblem, usualPage } from '../pagination/page.ts';
import { countable, excess, fragmentsOf } from './document-size.ts';

/** How many items a list is taken to have that cannot be asked for in pages. */
const usualList = 10;

/** The same for what the schema says of itself, which lies in memory and has less in most of its lists. */
const usualListOfSchema = 5;

/**
 * For a field that reads the whole history to answer, however little is asked of it. A dashboard asks for several at
 * once, and nobody for dozens.
 */
export const readsHistory = { cost: 2_000 } as const;

/**
 * What is wrong with the amount that an operation asks for: pages that cannot be, or more values than it may. Asked
 * before anything is executed, so that an operation that is refused has changed nothing. Of a subscription, the values
 * of one event are counted.
 */
export function amountErrors(
  { schema, document, operationName, variableValues }: ExecutionArgs,
  { queryComplexity, pageSize }: Pick<Limits, 'queryComplexity' | 'pageSize'>,
): readonly GraphQLError[] {
  const operation = getOperationAST(document, operationName);
  const root = operation && schema.getRootType(operation.operation);
  if (!operation || !root) return [];
  const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], variableValues ?? {});
  // Variables with faults of their own are refused when the operation is executed.
  if (coerced === undefined) return [];

  const problems = new Map<SelectionNode, GraphQLError>();
  const refuse = (node: SelectionNode, ...problem: Parameters<typeof badUserInput>) => {
    const { message, extensions } = badUserInput(...problem);
    problems.set(node, new GraphQLError(message, { nodes: node, extensions }));
  };
  const fragments = fragmentsOf(document);
  const costs = new Map<string, number>();

  /** The size of the page that a field asks for; undefined where there are none. */
  const pageOf = ({ args }: Field, node: FieldNode): number | undefined => {
    const first = args.find(({ name }) => name === 'first');
    if (first === undefined) return undefined;
    const page = Object.fromEntries(
      (node.arguments ?? []).map(({ name, value }) => [name.value, valueFromASTUntyped(value, coerced)]),
    );
    const problem = pageProblem(page, {
      hasCursors: args.some(({ name }) => name === 'after'),
      largest: pageSize,
    });
    if (problem !== undefined) refuse(node, ...problem);
    const size = page.first ?? page.last ?? first.defaultValue;
    return typeof size === 'number' ? size : usualPage;
  };
  const isLeftOut = (selection: SelectionNode): boolean => {
    if (selection.directives?.length === 0) return false;
    try {
      return (
        getDirectiveValues(GraphQLSkipDirective, selection, coerced)?.if === true ||
        getDirectiveValues(GraphQLIncludeDirective, selection, coerced)?.if === false
      );
    } catch (error) {
      // A variable with a default may be null, and a condition may not.
      if (!(error instanceof GraphQLError)) throw error;
      refuse(selection, error.message, null);
      return false;
    }
  };

  /** A page is asked for at one field, and its items lie in the lists right inside of it. */
  const costOfField = (node: FieldNode, parent: GraphQLNamedType, page: number | undefined): number => {
    const field = fieldOf(parent, node.name.value);
    if (node.selectionSet === undefined || field === undefined) return 1;
    const own = pageOf(field, node);
    const type = getNamedType(field.type);
    const { cost = 1 }: { cost?: number } = field.extensions;
    if (!isListType(getNullableType(field.type))) return cost + costOf(node.selectionSet, type, own);
    const items = own ?? page ?? (isIntrospectionType(type) ? usualListOfSchema : usualList);
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
      if (isLeftOut(selection)) continue;
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
  return excess({
    code: 'QUERY_TOO_COMPLEX',
    message: `The operation asks for up to ${countable(cost)} values, each page as full as it was asked for and every other list with ${usualList} items`,
    suggestion: 'Ask for smaller pages with first, for fewer fields, or for the rest in another operation',
    limit,
    found: cost,
    setting: 'MAX_QUERY_COMPLEXITY',
  });
}
