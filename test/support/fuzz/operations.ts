import fc from 'fast-check';
import {
  getNamedType,
  getNullableType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isListType,
  isObjectType,
  isRequiredArgument,
} from 'graphql';
import { absent, orAbsent, type Plausible, valuesOf } from './values.ts';

export type Kind = 'query' | 'mutation' | 'subscription';

/** An operation with its document and variables. */
export interface FuzzedOperation {
  kind: Kind;
  document: string;
  variables: Readonly<Record<string, unknown>>;
  /** The given arguments and input fields, for example `Query.sessions.first`. */
  reached: readonly string[];
}

interface Given {
  argument: GraphQLArgument;
  value: unknown;
}

interface Selected {
  parent: string;
  name: string;
  given: readonly Given[];
  /** The selected fields. Undefined for a type without fields. */
  selection: Selection | undefined;
}

interface Selection {
  fields: readonly Selected[];
  /** The type of the fields if the selection is on an interface or a union. */
  ofOneType: string | undefined;
}

type Spelling = 'variables' | 'literals';

/** The maximum depth of nested fields. */
const depth = 3;

/** The root fields of the schema. */
export function rootFields(schema: GraphQLSchema): { kind: Kind; name: string }[] {
  return (['query', 'mutation', 'subscription'] as const).flatMap((kind) =>
    Object.keys(rootOf(schema, kind)?.getFields() ?? {}).map((name) => ({ kind, name })),
  );
}

/** Operations with this root field, with all kinds of arguments for it and for some of its nested fields. */
export function operationsOf(
  schema: GraphQLSchema,
  { kind, name }: { kind: Kind; name: string },
  plausible: Plausible,
): fc.Arbitrary<FuzzedOperation> {
  const root = rootOf(schema, kind);
  const field = root?.getFields()[name];
  if (root === undefined || field === undefined) throw new Error(`There is no ${kind} ${name}`);
  return fc
    .tuple(selected({ schema, plausible }, root, field, depth), fc.constantFrom('variables', 'literals'))
    .map(([asked, spelling]) => written(kind, asked, spelling));
}

/** All arguments and all input fields in the schema. */
export function everyInput(schema: GraphQLSchema): string[] {
  return Object.values(schema.getTypeMap())
    .filter((type) => !type.name.startsWith('__'))
    .flatMap((type) => {
      if (isInputObjectType(type)) return Object.keys(type.getFields()).map((name) => `${type.name}.${name}`);
      if (!isObjectType(type)) return [];
      return Object.values(type.getFields()).flatMap((field) =>
        field.args.map((argument) => `${type.name}.${field.name}.${argument.name}`),
      );
    });
}

function rootOf(schema: GraphQLSchema, kind: Kind): GraphQLObjectType | undefined {
  const roots = {
    query: schema.getQueryType(),
    mutation: schema.getMutationType(),
    subscription: schema.getSubscriptionType(),
  };
  return roots[kind] ?? undefined;
}

interface World {
  schema: GraphQLSchema;
  plausible: Plausible;
}

function selected(
  world: World,
  parent: GraphQLObjectType,
  field: GraphQLField<unknown, unknown>,
  below: number,
): fc.Arbitrary<Selected> {
  const values = field.args.map((argument) =>
    orAbsent(valuesOf(argument.type, argument.name, world.plausible), isRequiredArgument(argument)),
  );
  return fc
    .tuple(fc.tuple(...values), selectionOf(world, getNamedType(field.type), below))
    .map(([given, selection]) => ({
      parent: parent.name,
      name: field.name,
      given: field.args.flatMap((argument, index) =>
        given[index] === absent ? [] : [{ argument, value: given[index] }],
      ),
      selection,
    }));
}

function selectionOf(
  world: World,
  type: GraphQLNamedType,
  below: number,
): fc.Arbitrary<Selection | undefined> {
  if (isAbstractType(type))
    return fc
      .constantFrom(...world.schema.getPossibleTypes(type))
      .chain((possible) =>
        fieldsOf(world, possible, below).map((fields) => ({ fields, ofOneType: possible.name })),
      );
  if (!isObjectType(type)) return fc.constant(undefined);
  return fieldsOf(world, type, below).map((fields) => ({ fields, ofOneType: undefined }));
}

/** All fields without subfields, and a few of the others. */
function fieldsOf(world: World, type: GraphQLObjectType, below: number): fc.Arbitrary<Selected[]> {
  const fields = Object.values(type.getFields());
  const hasFields = ({ type: of }: GraphQLField<unknown, unknown>) => {
    const named = getNamedType(of);
    return isObjectType(named) || isAbstractType(named);
  };
  const plain = fields
    .filter((field) => !hasFields(field))
    .map(({ name }) => ({ parent: type.name, name, given: [], selection: undefined }));
  const nested = below === 0 ? [] : fields.filter(hasFields);
  return fc
    .subarray(nested, { maxLength: Math.min(2, nested.length) })
    .chain((some) => fc.tuple(...some.map((field) => selected(world, type, field, below - 1))))
    .map((some) => [...plain, ...some]);
}

function written(kind: Kind, asked: Selected, spelling: Spelling): FuzzedOperation {
  const variables: Record<string, unknown> = {};
  const declared: string[] = [];
  const reached: string[] = [];
  const place = ({ argument, value }: Given) => {
    if (spelling === 'literals') return literal(value, argument.type);
    const name = `v${declared.length + 1}`;
    declared.push(`$${name}: ${String(argument.type)}`);
    variables[name] = value;
    return `$${name}`;
  };
  const writeField = ({ parent, name, given, selection }: Selected): string => {
    const values = given.map((each) => {
      reached.push(`${parent}.${name}.${each.argument.name}`, ...inputFields(each.value, each.argument.type));
      return `${each.argument.name}: ${place(each)}`;
    });
    return `${name}${values.length > 0 ? `(${values.join(', ')})` : ''}${writeSelection(selection)}`;
  };
  const writeSelection = (selection: Selection | undefined): string => {
    if (selection === undefined) return '';
    const fields = ['__typename', ...selection.fields.map(writeField)].join(' ');
    const inner =
      selection.ofOneType === undefined ? fields : `__typename ... on ${selection.ofOneType} { ${fields} }`;
    return ` { ${inner} }`;
  };
  const field = writeField(asked);
  const heading = declared.length > 0 ? `${kind} (${declared.join(', ')})` : kind;
  return { kind, document: `${heading} { ${field} }`, variables, reached };
}

function inputFields(value: unknown, type: GraphQLInputType): string[] {
  const named = getNullableType(type);
  if (isListType(named) || !isInputObjectType(named) || !isRecord(value)) return [];
  return Object.values(named.getFields()).flatMap((field) =>
    Object.hasOwn(value, field.name)
      ? [`${named.name}.${field.name}`, ...inputFields(value[field.name], field.type)]
      : [],
  );
}

/** A value as a GraphQL literal: enum values without quotes, and everything else similar to JSON. */
function literal(value: unknown, type: GraphQLInputType | undefined): string {
  const named = type === undefined ? undefined : getNullableType(type);
  if (Array.isArray(value)) {
    const of = isListType(named) ? named.ofType : undefined;
    return `[${value.map((item) => literal(item, of)).join(', ')}]`;
  }
  if (isRecord(value)) {
    const fields = isInputObjectType(named) ? named.getFields() : {};
    return `{ ${Object.entries(value)
      .map(([name, each]) => `${fieldName(name)}: ${literal(each, fields[name]?.type)}`)
      .join(', ')} }`;
  }
  if (typeof value === 'string' && isEnumType(named) && isName(value)) return value;
  return JSON.stringify(value);
}

/** Invalid names in a document would only cause syntax errors. */
function fieldName(name: string): string {
  return isName(name) ? name : 'noName';
}

function isName(name: string): boolean {
  return /^[_A-Za-z]\w*$/.test(name);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
