import { parse, validate } from 'graphql';
import { expect, it } from 'vitest';
import { checkDocument, checkDocumentText } from '../../src/graphql/limits/document-size.ts';
import { complexityOf } from '../../src/graphql/limits/complexity.ts';
import { schema } from '../../src/graphql/schema.ts';
import { readConfig } from '../../src/server/config.ts';
import * as documents from './documents.ts';

// If the server rejected the documents for a mistake, the attacks would test nothing.

const { limits } = readConfig({});
const { subscriptionTo, unknownFields, ...constants } = documents;
const valid = { ...constants, subscription: subscriptionTo(48, 500, 'k') };

it.each(Object.entries({ ...valid, unknownFields }))('%s has an allowed size', (_, text) => {
  expect(() => checkDocumentText(text, limits)).not.toThrow();
  expect(() => checkDocument(parse(text), limits)).not.toThrow();
});

/** Attacks that the server refuses because of their complexity. */
const refused = new Set([
  'twentyLongLists',
  'manyIntrospections',
  'introspectionInFragments',
  'subscription',
]);

it.each(Object.entries(valid))('%s is executed, unless the attack tests its refusal', (name, text) => {
  const { errors } = complexityOf(
    { schema, document: parse(text) },
    {
      complexity: name === 'subscription' ? limits.subscriptionComplexity : limits.queryComplexity,
      setting: 'MAX_QUERY_COMPLEXITY',
      pageSize: limits.pageSize,
    },
  );
  expect(errors.length > 0).toBe(refused.has(name));
});

it.each(Object.entries(valid))('%s is valid', (_, text) => {
  expect(validate(schema, parse(text))).toEqual([]);
});
