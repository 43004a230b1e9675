import {
  type GraphQLField,
  type GraphQLInputType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredArgument,
  isRequiredInputField,
  isCompositeType,
  GraphQLObjectType,
  GraphQLSchema,
  GraphQLString,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasRole, type Role, roles } from '../../src/domain/principal.ts';
import { assertAuthScopes } from '../../src/graphql/auth-scope-check.ts';
import { schema } from '../../src/graphql/schema.ts';
import { openEventStream } from '../support/event-stream.ts';
import { type GuardedApp, guardedApp, tokens } from '../support/tokens.ts';

/** The minimum role for each mutation. Queries and subscriptions need the lowest role. */
const changes: Readonly<Record<string, Role>> = {
  claimTask: 'agent',
  claimNextTask: 'agent',
  finishTask: 'agent',
  rejectTask: 'agent',
  blockTask: 'agent',
  heartbeatSession: 'agent',
  unblockTask: 'orchestrator',
  abandonSession: 'orchestrator',
  abandonStaleSessions: 'orchestrator',
  createEpic: 'orchestrator',
  createFeature: 'orchestrator',
  createTask: 'orchestrator',
};

interface RootField {
  kind: 'query' | 'mutation' | 'subscription';
  name: string;
  document: string;
}

/** One operation for each field of Query, Mutation and Subscription, with values for all required arguments. */
const rootFields: RootField[] = (
  [
    ['query', schema.getQueryType()],
    ['mutation', schema.getMutationType()],
    ['subscription', schema.getSubscriptionType()],
  ] as const
).flatMap(([kind, type]) =>
  Object.values(type?.getFields() ?? {}).map((field) => ({
    kind,
    name: field.name,
    document: `${kind} { ${callOf(field)} }`,
  })),
);

function callOf(field: GraphQLField<unknown, unknown>): string {
  const given = field.args.filter(isRequiredArgument).map(someArgument);
  const selection = isCompositeType(getNamedType(field.type)) ? ' { __typename }' : '';
  return `${field.name}${given.length > 0 ? `(${given.join(', ')})` : ''}${selection}`;
}

/** The agent ID is one that the agent's token allows. */
function someArgument({ name, type }: { name: string; type: GraphQLInputType }): string {
  return `${name}: ${name === 'agentId' ? '"backend"' : someValue(type)}`;
}

function someValue(type: GraphQLInputType): string {
  if (isNonNullType(type)) return someValue(type.ofType);
  if (isListType(type)) return '[]';
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).filter(isRequiredInputField);
    return `{ ${fields.map(someArgument).join(', ')} }`;
  }
  if (isEnumType(type)) return type.getValues()[0]?.name ?? '';
  const values: Readonly<Record<string, string>> = {
    ID: '"TaskSession:1"',
    String: '"T-E01-F01-001"',
    Duration: '"4h"',
    DateTime: '"2026-01-01"',
    Int: '1',
  };
  const value = values[type.name];
  if (value === undefined) throw new Error(`Give a value for ${type.name}`);
  return value;
}

let app: GuardedApp;

beforeAll(async () => {
  app = await guardedApp();
});

afterAll(async () => {
  await app[Symbol.asyncDispose]();
});

async function errorCodes({ kind, document }: RootField, role: Role): Promise<unknown[]> {
  const client = app.as(tokens[role]);
  if (kind !== 'subscription') {
    const { errors = [] } = await client.post(document);
    return errors.map(({ extensions }) => extensions?.code);
  }
  await using stream = await openEventStream(client.fetch, 'http://test/graphql', document);
  // A rejection would arrive before the response to this later request.
  await client.post('{ __typename }');
  return stream.unread.flatMap((happening) =>
    happening.type === 'next'
      ? (happening.payload.errors ?? []).map(({ extensions }) => extensions?.code)
      : [happening.type],
  );
}

describe.each(rootFields)('$kind $name', (field) => {
  const needed = field.kind === 'mutation' ? changes[field.name] : 'viewer';

  it('is in the table of required roles', () => {
    expect(needed).toBeDefined();
  });

  it.each(roles)('checks the role %s', async (role) => {
    const codes = await errorCodes(field, role);
    if (hasRole({ role }, needed ?? 'orchestrator')) expect(codes).not.toContain('FORBIDDEN');
    else expect(codes).toEqual(['FORBIDDEN']);
  });

  it('requires a token', async () => {
    const answer = await app.fetch('http://test/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream, application/json' },
      body: JSON.stringify({ query: field.document }),
    });
    expect(answer.status).toBe(401);
  });
});

it('a field without a required role prevents the start of the server', () => {
  const open = new GraphQLSchema({
    query: new GraphQLObjectType({ name: 'Query', fields: { secrets: { type: GraphQLString } } }),
  });
  expect(() => assertAuthScopes(open)).toThrow('No required role is set for Query.secrets');
});

it('the error names the token, the field and the role', async () => {
  await using untouched = await guardedApp();
  const { errors } = await untouched
    .as(tokens.viewer)
    .post('mutation { createEpic(input: { title: "x" }) { __typename } }');
  expect(errors).toMatchObject([
    {
      message:
        "'board' may not call createEpic: the role viewer does not allow it. Nothing was changed. Use a token with a higher role, or ask the operator to create one",
      path: ['createEpic'],
      extensions: { code: 'FORBIDDEN' },
    },
  ]);
  expect(untouched.rows('SELECT count(*) AS count FROM epics')).toEqual([{ count: 0 }]);
});
