import { GraphQLObjectType, GraphQLSchema, GraphQLString } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasRole, type Role, roles } from '../../src/domain/principal.ts';
import { assertAuthScopes } from '../../src/graphql/auth-scope-check.ts';
import { openEventStream } from '../support/event-stream.ts';
import { operationOn, requiredVariables, type RootField, rootFields } from '../support/root-fields.ts';
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

let app: GuardedApp;

beforeAll(async () => {
  app = await guardedApp();
});

afterAll(async () => {
  await app[Symbol.asyncDispose]();
});

/** An operation with values for all required arguments. The token of the agent allows the agent ID. */
function requestFor(root: RootField) {
  const variables = requiredVariables(root, { agentId: 'backend' });
  return { document: operationOn(root, variables), variables };
}

async function errorCodes(root: RootField, role: Role): Promise<unknown[]> {
  const { document, variables } = requestFor(root);
  const client = app.as(tokens[role]);
  if (root.kind !== 'subscription') {
    const { errors = [] } = await client.post(document, variables);
    return errors.map(({ extensions }) => extensions?.code);
  }
  await using stream = await openEventStream(client.fetch, 'http://test/graphql', document, variables);
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
    const { document, variables } = requestFor(field);
    const answer = await app.fetch('http://test/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream, application/json' },
      body: JSON.stringify({ query: document, variables }),
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
