import { readFileSync } from 'node:fs';
import {
  buildSchema,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isSpecifiedDirective,
  isSpecifiedScalarType,
  lexicographicSortSchema,
  parse,
  printSchema,
  validate,
  validateSchema,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { schema } from '../../src/graphql/schema.ts';

const textOf = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

/** All named elements of a schema, in the notation of a selection, with their descriptions. */
function* described(of: GraphQLSchema): Generator<[name: string, description: string]> {
  for (const type of Object.values(of.getTypeMap())) {
    if (type.name.startsWith('__') || isSpecifiedScalarType(type)) continue;
    yield [type.name, type.description ?? ''];
    if (isObjectType(type) || isInterfaceType(type))
      for (const field of Object.values(type.getFields())) {
        yield [`${type.name}.${field.name}`, field.description ?? ''];
        for (const argument of field.args)
          yield [`${type.name}.${field.name}(${argument.name}:)`, argument.description ?? ''];
      }
    if (isInputObjectType(type))
      for (const field of Object.values(type.getFields()))
        yield [`${type.name}.${field.name}`, field.description ?? ''];
    if (isEnumType(type))
      for (const value of type.getValues()) yield [`${type.name}.${value.name}`, value.description ?? ''];
  }
  for (const directive of of.getDirectives()) {
    if (isSpecifiedDirective(directive)) continue;
    yield [`@${directive.name}`, directive.description ?? ''];
  }
}

/** One or more complete sentences: starts with a capital letter and ends with a period. */
const sentence = /^[A-Z0-9`].*[.!?]$/s;

describe('the schema', () => {
  it('is valid', () => {
    expect(validateSchema(schema)).toEqual([]);
  });

  it('describes all its elements in sentences', () => {
    const all = [...described(schema)];
    expect(all.length).toBeGreaterThan(200);
    expect(all.filter(([, description]) => !sentence.test(description))).toEqual([]);
  });

  it('the check detects missing descriptions', () => {
    const bare = buildSchema(`
      type Query { field(argument: Input): Kind }
      input Input { field: Int }
      enum Kind { ONE }
      union Either = Query
    `);
    expect([...described(bare)].filter(([, text]) => !sentence.test(text)).map(([name]) => name)).toEqual([
      'Query',
      'Query.field',
      'Query.field(argument:)',
      'Input',
      'Input.field',
      'Kind',
      'Kind.ONE',
      'Either',
    ]);
  });

  it('equals schema.graphql (npm run schema updates it)', () => {
    expect(`${printSchema(lexicographicSortSchema(schema))}\n`).toBe(textOf('schema.graphql'));
  });

  it('has a union of a payload and errors for each mutation, and a message for each error', () => {
    const error = schema.getType('Error');
    if (!isInterfaceType(error)) throw new Error('There is no interface Error');
    const errors = new Set(schema.getImplementations(error).objects.map(({ name }) => name));
    for (const mutation of Object.values(schema.getMutationType()?.getFields() ?? {})) {
      const name = mutation.name.replace(/^./, (letter) => letter.toUpperCase());
      expect(String(mutation.type)).toBe(`${name}Result!`);
      expect(mutation.args.map(({ name: argument, type }) => `${argument}: ${String(type)}`)).toEqual([
        `input: ${name}Input!`,
      ]);
      const members = schema.getPossibleTypes(unionOf(`${name}Result`)).map((member) => member.name);
      expect(members.filter((member) => !errors.has(member))).toEqual([`${name}Payload`]);
      expect(members.length).toBeGreaterThan(1);
    }
  });
});

describe('client operations', () => {
  it('are valid', () => {
    expect(validate(schema, parse(textOf('src/client/operations.graphql')))).toEqual([]);
  });

  it('the check detects invalid operations', () => {
    expect(validate(schema, parse('query Faulty { task(key: 1) { nothing } }'))).toHaveLength(2);
  });
});

function unionOf(name: string) {
  const type = schema.getType(name);
  if (!type || !('getTypes' in type)) throw new Error(`There is no union ${name}`);
  return type;
}
