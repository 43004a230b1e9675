import { readFileSync } from 'node:fs';
import { getNamedType, isCompositeType, isObjectType, Kind, OperationTypeNode, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { complexityOf } from '../../../src/graphql/limits/complexity.ts';
import { schema } from '../../../src/graphql/schema.ts';
import { readConfig } from '../../../src/server/config.ts';
import { frontEnd } from '../../../src/server/http/graphiql-examples/front-end.ts';
import { orchestrator } from '../../../src/server/http/graphiql-examples/orchestrator.ts';
import { projectManager } from '../../../src/server/http/graphiql-examples/project-manager.ts';

const { limits } = readConfig({});

/** The cost of an operation. The types of its variables must not be required, because none is passed. */
function costOf(document: string, operationName?: string): number {
  const { cost, errors } = complexityOf(
    { schema, document: parse(document), operationName },
    { complexity: limits.queryComplexity, setting: 'MAX_QUERY_COMPLEXITY', pageSize: limits.pageSize },
  );
  expect(errors).toEqual([]);
  return cost;
}

const commands = readFileSync(new URL('../../../src/client/operations.graphql', import.meta.url), 'utf8');

const operations = [commands, frontEnd, orchestrator, projectManager].flatMap((text) => {
  const document = text.replaceAll(/(\$\w+: \[?\w+!?\]?)!/g, '$1');
  return parse(document).definitions.flatMap((definition) =>
    definition.kind === Kind.OPERATION_DEFINITION
      ? [{ kind: definition.operation, name: definition.name?.value ?? '', document }]
      : [],
  );
});

describe('the cost of usual operations', () => {
  it.each(operations)('is far from the limit: $kind $name', ({ kind, name, document }) => {
    const cost = costOf(document, name);
    expect(cost).toBeGreaterThan(0);
    expect(cost).toBeLessThanOrEqual(
      { query: 5_000, mutation: limits.heavyComplexity, subscription: 100 }[kind],
    );
    if (kind === OperationTypeNode.SUBSCRIPTION) expect(cost).toBeLessThan(limits.subscriptionComplexity / 5);
  });

  it('allows default pages inside default pages, with all fields', () => {
    const plain = (name: string) => {
      const type = schema.getType(name);
      if (!isObjectType(type)) throw new Error(`There is no type ${name}`);
      return Object.values(type.getFields())
        .filter((field) => !isCompositeType(getNamedType(field.type)))
        .map((field) => field.name)
        .join(' ');
    };
    const page = `totalCount pageInfo { ${plain('PageInfo')} }`;
    expect(
      costOf(
        `{ tasks { ${page} nodes { ${plain('Task')} sessions { ${page} nodes { ${plain('TaskSession')} } } } } }`,
      ),
    ).toBeLessThan(limits.queryComplexity);
  });

  it.each([
    '{ task(key: "T-E01-F01-001") { key title notes { content } history { notes } sessionSummary { count } } }',
    '{ session(id: "TaskSession:1") { id notes task { key description } } }',
    '{ nextTask { key } }',
  ])('keeps reads of single objects small: %s', (query) => {
    expect(costOf(query)).toBeLessThanOrEqual(limits.heavyComplexity);
  });
});

describe('the cost of a page', () => {
  it('includes its items if only pageInfo is selected, because the server reads them', () => {
    expect(costOf('{ tasks(first: 300) { pageInfo { hasNextPage } } }')).toBeGreaterThan(300);
    expect(costOf('{ tasks(first: 300) { totalCount } }')).toBeLessThan(100);
  });
});
