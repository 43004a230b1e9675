import {
  getNamedType,
  getNullableType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
} from 'graphql';
import type { Chance } from '../chance.ts';

/** Makes a GraphQL literal for an argument or input field. `of` is the parent with the name, for example `Query.task.key`. */
export type Values = Readonly<Record<string, (chance: Chance, of: string) => string>>;

export interface QueryShape {
  /** The maximum number of root fields. */
  rootFields: number;
  /** The maximum depth of nested fields. */
  depth: number;
  /** The maximum page size. */
  pageSize: number;
}

type Field = GraphQLField<unknown, unknown>;

/** Returns a random query that the schema allows. It can exceed limits. */
export function randomQuery(
  schema: GraphQLSchema,
  chance: Chance,
  values: Values,
  shape: QueryShape,
): string {
  return new QueryWriter(schema, chance, values, shape).write();
}

class QueryWriter {
  readonly #schema: GraphQLSchema;
  readonly #chance: Chance;
  readonly #values: Values;
  readonly #shape: QueryShape;
  readonly #fragments: string[] = [];
  /** Of 100 values that an object has, about this many are selected. */
  readonly #share: number;

  constructor(schema: GraphQLSchema, chance: Chance, values: Values, shape: QueryShape) {
    this.#schema = schema;
    this.#chance = chance;
    this.#values = values;
    this.#shape = shape;
    this.#share = chance.pick([10, 30, 60, 100]);
  }

  write(): string {
    const query = this.#schema.getQueryType();
    if (query === undefined || query === null) throw new Error('The schema has no queries');
    const fields = Object.values(query.getFields());
    const roots = this.#upTo(this.#shape.rootFields);
    const written: string[] = [];
    for (let root = 0; root < roots; root += 1) {
      const field = this.#isLikely(5)
        ? this.#chance.pick([SchemaMetaFieldDef, TypeMetaFieldDef])
        : this.#chance.pick(fields);
      const text = this.#field('Query', field, this.#shape.depth);
      const copies = this.#isLikely(10) ? this.#upTo(this.#shape.rootFields) : 1;
      for (let copy = 0; copy < copies; copy += 1) written.push(`r${written.length}: ${text}`);
    }
    return [`{ ${written.join(' ')} }`, ...this.#fragments].join(' ');
  }

  /** A number from 1 to `limit`. Each order of magnitude is equally likely. */
  #upTo(limit: number): number {
    return Math.floor((limit + 1) ** (this.#chance.below(1_000) / 1_000));
  }

  #isLikely(percent: number): boolean {
    return this.#chance.below(100) < percent;
  }

  #field(parent: string, field: Field, depth: number): string {
    const name = `${parent}.${field.name}`;
    const given = [...this.#page(field), ...this.#arguments(name, field.args)];
    const type = getNamedType(field.type);
    const selection = isAbstractType(type)
      ? this.#selectionOnOneType(this.#schema.getPossibleTypes(type), depth)
      : isObjectType(type)
        ? this.#selection(type, depth)
        : '';
    return `${field.name}${given.length > 0 ? `(${given.join(', ')})` : ''}${selection}`;
  }

  /** The fields of different types can have different types of values, so only one type is selected. */
  #selectionOnOneType(types: readonly GraphQLObjectType[], depth: number): string {
    const type = this.#chance.pick(types);
    return ` { __typename ... on ${type.name}${this.#selection(type, depth)} }`;
  }

  #selection(type: GraphQLObjectType, depth: number): string {
    const fields = Object.values(type.getFields());
    const plain = fields.filter((field) => !hasSubfields(field));
    const nested = fields.filter(hasSubfields);
    const selected = plain.filter(() => this.#isLikely(this.#share)).map(({ name }) => name);
    const isConnection = nested.some(({ name }) => name === 'nodes' || name === 'edges');
    const wanted = nested.length === 0 || depth <= 0 ? 0 : isConnection ? 1 : this.#chance.below(3);
    for (let index = 0; index < wanted; index += 1) {
      const field = this.#chance.pick(nested);
      const text = this.#field(type.name, field, depth - (isConnection || field.name === 'node' ? 0 : 1));
      // Arguments of fields with the same name would have to be equal.
      selected.push(index === 0 ? text : `n${index}${field.name}: ${text}`);
    }
    if (selected.length === 0) selected.push('__typename');
    return ` { ${this.#maybeInFragment(type, selected.join(' '))} }`;
  }

  #maybeInFragment(type: GraphQLObjectType, fields: string): string {
    if (!this.#isLikely(10)) return fields;
    if (this.#isLikely(50)) return `... on ${type.name} { ${fields} }`;
    const name = `f${this.#fragments.length}`;
    this.#fragments.push(`fragment ${name} on ${type.name} { ${fields} }`);
    return `...${name}`;
  }

  /** The arguments of a page. The others of them cannot be combined at random. */
  #page(field: Field): string[] {
    if (!field.args.some(({ name }) => name === 'first')) return [];
    const hasCursors = field.args.some(({ name }) => name === 'after');
    const size = this.#isLikely(2) ? 0 : this.#upTo(this.#shape.pageSize);
    const isLast = hasCursors && this.#isLikely(15);
    const cursor = this.#isLikely(10) ? this.#values.cursor?.(this.#chance, field.name) : undefined;
    return [
      ...(this.#isLikely(10) && this.#shape.pageSize >= 50 && !isLast
        ? []
        : [`${isLast ? 'last' : 'first'}: ${size}`]),
      ...(hasCursors && cursor !== undefined ? [`${isLast ? 'before' : 'after'}: ${cursor}`] : []),
    ];
  }

  #arguments(of: string, args: readonly GraphQLArgument[]): string[] {
    return args
      .filter(({ name }) => !pageArguments.has(name))
      .filter((argument) => isRequiredArgument(argument) || this.#isLikely(40))
      .map(({ name, type }) => `${name}: ${this.#value(`${of}.${name}`, type)}`);
  }

  #value(of: string, ofType: GraphQLInputType): string {
    const type = getNullableType(ofType);
    if (isEnumType(type) && this.#values[of] === undefined) return this.#chance.pick(type.getValues()).name;
    if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields());
      const optional = this.#isLikely(40) ? 50 : 12;
      return `{ ${fields
        .filter(
          (field) =>
            isRequiredInputField(field) ||
            this.#isLikely(this.#values[`${of}.${field.name}`] === undefined ? optional : 100),
        )
        .flatMap((field) => {
          const value = this.#value(`${of}.${field.name}`, field.type);
          return value === '' ? [] : [`${field.name}: ${value}`];
        })
        .join(', ')} }`;
    }
    const name = of.slice(of.lastIndexOf('.') + 1);
    const make = this.#values[of] ?? this.#values[name] ?? this.#values[String(type)];
    if (make === undefined) throw new Error(`There are no values for ${of} of type ${String(type)}`);
    return make(this.#chance, of);
  }
}

const pageArguments: ReadonlySet<string> = new Set(['first', 'last', 'before', 'after']);

function hasSubfields({ type }: Field): boolean {
  const named = getNamedType(type);
  return isObjectType(named) || isAbstractType(named);
}
