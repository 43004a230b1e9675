import {
  type GraphQLField,
  type GraphQLInputType,
  getNamedType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredArgument,
  isRequiredInputField,
} from 'graphql';
import { schema } from '../../src/graphql/schema.ts';

export interface RootField {
  kind: 'query' | 'mutation' | 'subscription';
  name: string;
  field: GraphQLField<unknown, unknown>;
}

/** All fields of Query, Mutation and Subscription. */
export const rootFields: readonly RootField[] = (
  [
    ['query', schema.getQueryType()],
    ['mutation', schema.getMutationType()],
    ['subscription', schema.getSubscriptionType()],
  ] as const
).flatMap(([kind, type]) =>
  Object.values(type?.getFields() ?? {}).map((field) => ({ kind, name: field.name, field })),
);

/** An operation on one root field, with these variables as its arguments. */
export function operationOn({ kind, name, field }: RootField, given: Record<string, unknown>): string {
  const passed = field.args.filter((argument) => argument.name in given);
  const listed = (format: (argument: (typeof passed)[number]) => string) =>
    passed.length === 0 ? '' : `(${passed.map(format).join(', ')})`;
  const selection = isCompositeType(getNamedType(field.type)) ? ' { __typename }' : '';
  const variables = listed((argument) => `$${argument.name}: ${String(argument.type)}`);
  return `${kind}${variables} { ${name}${listed((argument) => `${argument.name}: $${argument.name}`)}${selection} }`;
}

/** Values of arguments and input fields, by name. */
export type ValuesByName = Readonly<Record<string, unknown>>;

/** A value for each required argument: the one in `values`, or else one of the right type. */
export function requiredVariables({ field }: RootField, values: ValuesByName): Record<string, unknown> {
  return Object.fromEntries(
    field.args
      .filter((argument) => isRequiredArgument(argument))
      .map((argument) => [argument.name, someValue(argument, values)]),
  );
}

function someValue({ name, type }: { name: string; type: GraphQLInputType }, values: ValuesByName): unknown {
  if (isNonNullType(type)) return someValue({ name, type: type.ofType }, values);
  if (isListType(type)) return [];
  if (isInputObjectType(type))
    return Object.fromEntries(
      Object.values(type.getFields())
        .filter((field) => isRequiredInputField(field))
        .map((field) => [field.name, someValue(field, values)]),
    );
  if (isEnumType(type)) return type.getValues()[0]?.name;
  const value = values[name] ?? valuesByType.get(type.name);
  if (value === undefined) throw new Error(`Give a value for ${name}: ${type.name}`);
  return value;
}

const valuesByType: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['ID', 'TaskSession:1'],
  ['String', 'T-E01-F01-001'],
  ['Duration', '4h'],
  ['DateTime', '2026-01-01'],
  ['Int', 1],
]);

/** The path of an argument or of a field of an input type. */
export type InputPath = readonly [argument: string, ...fields: string[]];

/** The paths of all arguments and input fields of a root field. */
export function inputPaths({ field }: RootField): InputPath[] {
  return field.args.flatMap(({ name, type }) => pathsIn([name], type));
}

function pathsIn(path: InputPath, type: GraphQLInputType): InputPath[] {
  const named = getNamedType(type);
  if (!isInputObjectType(named)) return [path];
  return Object.values(named.getFields()).flatMap((field) => pathsIn([...path, field.name], field.type));
}

/** Returns a copy of the variables with the value at this path. */
export function withValue(
  variables: Record<string, unknown>,
  [name = '', ...rest]: readonly string[],
  value: unknown,
): Record<string, unknown> {
  const inside = variables[name];
  const fields: Record<string, unknown> = typeof inside === 'object' && inside !== null ? { ...inside } : {};
  return { ...variables, [name]: rest.length === 0 ? value : withValue(fields, rest, value) };
}
