import { type GraphQLObjectType, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import * as operations from '../../src/client/generated/graphql.ts';
import { executableDocument } from '../../src/graphql/executable-document.ts';

const documents = Object.entries(operations).filter(([name]) => name.endsWith('Document'));

describe('an executable document', () => {
  it.each(documents)('has a schema with all fields that it selects: %s', async (_name, text) => {
    const { schema, document } = await executableDocument(String(text));
    expect(validate(schema, document)).toEqual([]);
  });

  it('has a schema without the fields that it does not select', async () => {
    const { schema } = await executableDocument(
      'query Titles($key: String!) { task(key: $key) { key title } }',
    );
    const fieldsOf = (type: GraphQLObjectType | null | undefined) => Object.keys(type?.getFields() ?? {});
    expect(fieldsOf(schema.getQueryType())).toEqual(['task']);
    expect(fieldsOf(schema.getMutationType())).toEqual([]);
  });

  it('is prepared only once', async () => {
    const text = 'query Keys { tasks { nodes { key } } }';
    expect(await executableDocument(text)).toBe(await executableDocument(text));
  });
});
