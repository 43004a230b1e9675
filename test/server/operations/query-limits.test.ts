import { readFileSync } from 'node:fs';
import { getIntrospectionQuery, Kind, OperationTypeNode, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { cursorOf } from '../../../src/graphql/pagination/page.ts';
import { documentCaches } from '../../../src/server/operations/document-caches.ts';
import { readConfig } from '../../../src/server/config.ts';
import { frontEnd } from '../../../src/server/http/graphiql-examples/front-end.ts';
import { orchestrator } from '../../../src/server/http/graphiql-examples/orchestrator.ts';
import { projectManager } from '../../../src/server/http/graphiql-examples/project-manager.ts';
import type { Limits } from '../../../src/graphql/limits/limits.ts';
import { type Answer, testApp, type TestApp } from '../../support/app.ts';
import { everyRow } from '../../support/contents.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { openRawSocket } from '../../support/socket.ts';
import { createTasks } from '../../support/tasks.ts';
import { guardedApp, tokens as accessTokens } from '../../support/tokens.ts';

const usual = readConfig({}).limits;
const withLimits = (limits: Partial<Limits>) => ({ config: { limits: { ...usual, ...limits } } });
const nested = (levels: number) => `{${'a{'.repeat(levels)}a${'}'.repeat(levels)}}`;
const times = (count: number, text: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => text(index)).join(' ');
const doubling = (levels: number, last: string) =>
  `{ ...f0 } ${times(levels, (n) => `fragment f${n} on Query { ...f${n + 1} ...f${n + 1} }`)} fragment f${levels} on Query { ${last} }`;

interface Excess {
  what: string;
  query: string;
  code: string;
  limit: number;
  found: number;
  setting: string;
}

const depth = { code: 'QUERY_TOO_DEEP', limit: 20, setting: 'MAX_QUERY_DEPTH' };
const brackets = { ...depth, limit: 60 };
const tokens = { code: 'QUERY_TOO_LONG', limit: 2_000, setting: 'MAX_QUERY_TOKENS' };
const aliases = { code: 'TOO_MANY_ALIASES', limit: 50, setting: 'MAX_QUERY_ALIASES' };
const values = { code: 'QUERY_TOO_COMPLEX', limit: 50_000, setting: 'MAX_QUERY_COMPLEXITY' };

const excesses: readonly Excess[] = [
  { what: '2,001 tokens', query: `{ ${times(1_999, () => '__typename')} }`, ...tokens, found: 2_001 },
  {
    what: 'fragments that grow exponentially',
    query: doubling(20, '__typename'),
    ...tokens,
    found: 3 * 2 ** 20 - 1,
  },
  {
    what: 'fragments beyond the number range',
    query: doubling(55, '__typename'),
    ...tokens,
    found: Number.MAX_SAFE_INTEGER,
  },
  { what: '21 nested fields', query: nested(20), ...depth, found: 21 },
  {
    what: '21 nested fields with a fragment',
    query: `{ a { ...f } } fragment f on Query ${nested(19)}`,
    ...depth,
    found: 21,
  },
  { what: '70 levels', query: nested(70), ...brackets, found: 71 },
  { what: '500 levels', query: nested(500), ...brackets, found: 501 },
  { what: '50,000 levels', query: nested(50_000 / 3), ...tokens, found: 20_001 },
  {
    what: 'nested lists in an argument',
    query: `{ task(key: ${'['.repeat(500)}${']'.repeat(500)}) { key } }`,
    ...brackets,
    found: 502,
  },
  {
    what: 'a chain of fragments',
    query: `${times(150, (n) => `fragment f${n} on Query { ${n === 0 ? '__typename' : `...f${n - 1}`} }`)} { ...f149 }`,
    ...brackets,
    found: 61,
  },
  { what: '51 aliases', query: `{ ${times(51, (n) => `a${n}: __typename`)} }`, ...aliases, found: 51 },
  {
    what: 'aliases in a repeated fragment',
    query: `{ ${times(6, () => '...f')} } fragment f on Query { ${times(9, (n) => `a${n}: __typename`)} }`,
    ...aliases,
    found: 54,
  },
  {
    what: 'nested pages',
    query: '{ tasks(first: 500) { nodes { key sessions(first: 100) { nodes { id } } } } }',
    ...values,
    found: 22 + 500 * (1 + 2 + 100),
  },
];

describe('a query over a limit', () => {
  it.each(excesses)('is rejected for $what', async ({ query, code, limit, found, setting }) => {
    await using app = await testApp();
    const response = await app.fetch('http://test/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    });
    const { errors, data }: Answer = await response.json();

    expect({ status: response.status, data, errors }).toEqual({
      status: 400,
      data: undefined,
      errors: [
        {
          message: expect.stringContaining(`the limit is ${limit}`),
          extensions: { code, limit, found, setting },
        },
      ],
    });
    expect(errors?.[0]?.message).toContain(setting);
    expect(app.logged.filter(({ level }) => Number(level) >= 50)).toEqual([]);
  });

  it('is rejected the second time, too, when the server remembers its text', async () => {
    await using app = await testApp();
    const tooDeep = nested(20);
    const first = await app.post(tooDeep);
    expect(first).toMatchObject({ errors: [{ extensions: { code: 'QUERY_TOO_DEEP' } }] });
    expect(await app.post(tooDeep)).toEqual(first);
  });

  it('is accepted if it is exactly at the limits', async () => {
    await using app = await testApp();
    expect(await app.post(`{ ${times(1_000, () => '__typename')} }`)).not.toMatchObject({
      errors: [{ extensions: { code: 'QUERY_TOO_LONG' } }],
    });
    expect(await app.post(`{ ${times(50, (n) => `a${n}: __typename`)} }`)).toHaveProperty('data');
    expect(
      await app.post('{ tasks(first: 500) { nodes { sessions(first: 96) { nodes { id } } } } }'),
    ).toEqual({ data: { tasks: { nodes: [] } } });
  });

  it('is rejected in a URL, too', async () => {
    await using app = await testApp();
    const response = await app.fetch(`http://test/graphql?query=${encodeURIComponent(nested(20))}`);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'QUERY_TOO_DEEP' } }] });
  });

  it('is rejected quickly, whatever its size', async () => {
    await using app = await testApp(withLimits({ bodyBytes: 10_000_000, pageSize: 500 }));
    const documents = [
      ...excesses.map(({ query }) => query),
      nested(500_000 / 3),
      `{ ${times(100_000, (n) => `a${n}: __typename`)} }`,
      `{ ${times(1_990, () => '__typename')} }`,
      `{ ${times(40, () => `workflow { ${times(45, () => 'phases')} }`)} }`,
      `{ __typename ${times(2_000, () => '@include(if: true)')} }`,
      `{ __typename ${times(330, () => '@include(if: true)')} }`,
      `query (${times(20_000, (n) => `$v${n}: ID`)}) { __typename }`,
      `query (${times(480, (n) => `$v${n}: ID`)}) { __typename }`,
      `{ ${'x'.repeat(90_000)} }`,
      `{ task(key: "${'x'.repeat(90_000)}") { key } }`,
    ];
    await app.post('{ __typename }');
    for (const query of documents) {
      const before = process.cpuUsage();
      await app.post(query);
      const { user, system } = process.cpuUsage(before);
      expect({ query: query.slice(0, 80), ms: (user + system) / 1_000 }).toMatchObject({
        ms: expect.toSatisfy((ms: number) => ms < 250),
      });
    }
  });
});

describe('the caches of documents', () => {
  it('keep only the newest documents', () => {
    const { documentCache, errorCache } = documentCaches();
    for (let index = 0; index < 1_000; index += 1) {
      documentCache.set(`{ a${index} }`, parse('{ a }'));
      errorCache.set(`{ a${index}`, new Error('It is not complete'));
    }
    const kept = Array.from({ length: 1_000 }, (_, index) => documentCache.get(`{ a${index} }`));
    expect(kept.filter((document) => document !== undefined)).toHaveLength(100);
    expect(kept[0]).toBeUndefined();
    expect(kept[999]).toBeDefined();
    expect(errorCache.size).toBe(50);
  });

  it('keep no long documents, because many of them would take a lot of memory', () => {
    const { documentCache } = documentCaches();
    for (const length of [4_000, 4_001]) documentCache.set('#'.repeat(length), parse('{ a }'));
    expect(documentCache.get('#'.repeat(4_000))).toBeDefined();
    expect(documentCache.get('#'.repeat(4_001))).toBeUndefined();
  });

  it('are shared by clients with different roles, and each role still has its own rights', async () => {
    await using app = await guardedApp();
    const mutation =
      'mutation { createEpic(input: { title: "x" }) { ... on CreateEpicPayload { epic { title } } } }';
    expect(await app.as(accessTokens.orchestrator).post(mutation)).toHaveProperty('data');
    expect(await app.as(accessTokens.viewer).post(mutation)).toMatchObject({
      errors: [{ extensions: { code: 'FORBIDDEN' } }],
    });
  });
});

describe('the complexity of an operation', () => {
  const query =
    'query ($first: Int, $with: Boolean = true) { sessions(first: $first) { nodes { id task { key } } } nodes: tasks(first: $first) @include(if: $with) { totalCount nodes { key } } }';

  it('is calculated with the variables of the request', async () => {
    await using app = await testApp(withLimits({ queryComplexity: 120 }));
    const found = async (variables: Record<string, unknown>) =>
      (await app.post(query, variables)).errors?.[0]?.extensions?.found;

    expect(await found({ first: 20 })).toBe(22 + 20 * 3 + 42 + 20);
    expect(await found({ first: 30 })).toBe(22 + 30 * 3 + 42 + 30);
    expect(await found({})).toBe(22 + 50 * 3 + 42 + 50);
    expect(await found({ first: 30, with: false })).toBeUndefined();
  });

  it('is remembered only for the values of the variables on which it depends', async () => {
    await using app = await testApp(withLimits({ queryComplexity: 71 }));
    const errorsOf = async (text: string, variables: Record<string, unknown>) =>
      (await app.post(text, variables)).errors?.map(({ extensions }) => extensions?.code);

    expect(await errorsOf(query, { first: 1 })).toBeUndefined();
    expect(await errorsOf(query, { first: 30 })).toEqual(['QUERY_TOO_COMPLEX']);
    expect(await errorsOf(query, { first: 1 })).toBeUndefined();

    const inFragment = 'query ($n: Int) { ...f } fragment f on Query { tasks(last: $n) { nodes { key } } }';
    expect(await errorsOf(inFragment, { n: 1 })).toBeUndefined();
    expect(await errorsOf(inFragment, { n: 50 })).toEqual(['QUERY_TOO_COMPLEX']);

    // Null is not the default of the variable.
    const withDefault = 'query ($n: Int = 1) { tasks(first: $n) { nodes { key } } }';
    expect(await errorsOf(withDefault, {})).toBeUndefined();
    expect(await errorsOf(withDefault, { n: null })).toEqual(['QUERY_TOO_COMPLEX']);
    expect(await errorsOf(withDefault, {})).toBeUndefined();
  });

  it('is remembered for all cursors, but only for valid ones', async () => {
    await using app = await testApp(withLimits({ queryComplexity: 50 }));
    await createTasks(app, ['draft', 'draft']);
    const page = 'query ($after: String) { tasks(first: 1, after: $after) { nodes { key } } }';
    for (const after of [1, 2].map(cursorOf))
      expect((await app.post(page, { after })).errors).toBeUndefined();
    const refused = await app.post(page, { after: 'missing' });
    expect(refused).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
    // It was refused before the execution.
    expect(refused.data).toBeUndefined();
  });

  it('is remembered for each operation of a document', async () => {
    await using app = await testApp(withLimits({ queryComplexity: 50 }));
    const document =
      'query Small { tasks(first: 1) { nodes { key } } } query Large { tasks(first: 50) { nodes { key } } }';
    const codeOf = async (operationName: string) => {
      const response = await app.fetch('http://test/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: document, operationName }),
      });
      const { errors }: Answer = await response.json();
      return errors?.[0]?.extensions?.code;
    };
    expect(await codeOf('Small')).toBeUndefined();
    expect(await codeOf('Large')).toBe('QUERY_TOO_COMPLEX');
    expect(await codeOf('Small')).toBeUndefined();
  });

  it('is checked before a mutation runs', async () => {
    await using app = await testApp(withLimits({ queryComplexity: 10 }));
    const before = everyRow(app);
    const mutation = `mutation { createEpic(input: { title: "x" }) { ... on CreateEpicPayload { epic { ${'key title '.repeat(5)} } } } }`;
    expect(await app.post(mutation)).toMatchObject({
      errors: [{ extensions: { code: 'QUERY_TOO_COMPLEX', found: 12 } }],
    });
    expect(everyRow(app)).toEqual(before);
  });

  it('limits the default page size, too', async () => {
    await using app = await testApp(withLimits({ pageSize: 20 }));
    const messageOf = async (page: string) =>
      (await app.post(`{ tasks${page} { nodes { key } } }`)).errors?.[0]?.message;

    expect(await messageOf('(first: 20)')).toBeUndefined();
    expect(await messageOf('(first: 21)')).toBe(
      'first is 21. Pass a number from 0 to 20, and use cursors to get more pages',
    );
    expect(await messageOf('')).toBe(
      'The argument first is missing, and the default page size of 50 is too large. Pass a number from 0 to 20, and use cursors to get more pages',
    );
  });
});

describe('analytics queries', () => {
  const fields = [
    'agentPerformance { agentId }',
    'agingWork { totalCount }',
    'bottlenecks { rank }',
    'compare(filter: { since: "2026-01-01" }) { current { since } }',
    'cumulativeFlow(bucket: MONTH) { total }',
    'phaseDurationTrend(bucket: MONTH) { since }',
    'phaseDurations { phase }',
    'phaseFlow { phase }',
    'throughput(bucket: MONTH) { created }',
  ];

  it.each(fields)('cannot run dozens of times in one request: %s', async (field) => {
    await using app = await testApp();
    const answer = await app.post(`{ ${times(50, (n) => `a${n}: ${field}`)} }`);
    expect(answer).toMatchObject({ errors: [{ extensions: { code: 'QUERY_TOO_COMPLEX' } }] });
  });

  it('can run together, with their sessions', async () => {
    await using app = await testApp();
    const after = 'sessions { totalCount nodes { id agentId startedAt task { key title } } }';
    expect(
      await app.post(
        `{ ${times(3, (n) => `a${n}: phaseDurations { phase ${after} } b${n}: agentPerformance { agentId ${after} }`)} ${fields.join(' ')} }`,
      ),
    ).not.toHaveProperty('errors');
  });
});

describe('on a WebSocket', () => {
  const operations = [
    ['query', '{ sessions { nodes { id } } }'],
    [
      'mutation',
      'mutation { createEpic(input: { title: "x" }) { ... on CreateEpicPayload { epic { key title } } } }',
    ],
    ['subscription', 'subscription { sessionTurnedStale { cursor session { id task { key title } } } }'],
  ] as const;

  it.each(operations)(
    'a %s that requests too many values is rejected, and the WebSocket stays open',
    async (_kind, query) => {
      await using app = await testApp(withLimits({ queryComplexity: 3, subscriptionComplexity: 3 }));
      const before = everyRow(app);
      await refusedOnSocket(app, query, 'QUERY_TOO_COMPLEX');
      expect(everyRow(app)).toEqual(before);
    },
  );

  it.each(operations)(
    'a %s that is too deep is rejected, and the WebSocket stays open',
    async (_kind, query) => {
      await using app = await testApp(withLimits({ queryDepth: 2 }));
      await refusedOnSocket(app, query, 'QUERY_TOO_DEEP');
    },
  );

  it.each([
    ['query', 'query ($with: Boolean = true) { workflow { phases @include(if: $with) } }'],
    [
      'mutation',
      'mutation ($with: Boolean = true) { createEpic(input: { title: "x" }) { __typename @skip(if: $with) } }',
    ],
    ['subscription', 'subscription ($with: Boolean = true) { sessionChanged { change @skip(if: $with) } }'],
  ])('a %s with a null condition is rejected, and the WebSocket stays open', async (_kind, query) => {
    await using app = await testApp();
    const before = everyRow(app);
    await refusedOnSocket(app, query, 'BAD_USER_INPUT', { with: null });
    expect(everyRow(app)).toEqual(before);
  });

  it('a subscription with an invalid page is rejected, and the WebSocket stays open', async () => {
    await using app = await testApp();
    const query =
      'subscription { sessionTurnedStale { session { task { sessions(first: 501) { totalCount } } } } }';
    await refusedOnSocket(app, query, 'BAD_USER_INPUT');
  });
});

/** The code is in the error message of the operation, or in its only result. */
async function refusedOnSocket(app: TestApp, query: string, code: string, variables = {}): Promise<void> {
  await app.start();
  await using socket = await openRawSocket(app.url);
  socket.send({ type: 'connection_init' });
  expect(await socket.next()).toMatchObject({ type: 'connection_ack' });
  socket.send({ type: 'subscribe', id: 'refused', payload: { query, variables } });
  const refusal = await socket.next();
  expect(JSON.stringify(refusal)).toContain(`"code":"${code}"`);
  expect(JSON.stringify(refusal)).not.toContain('"http"');
  if (refusal.type === 'next') expect(await socket.next()).toMatchObject({ type: 'complete', id: 'refused' });
  socket.send({ type: 'subscribe', id: 'next', payload: { query: '{ __typename }' } });
  expect(await socket.next()).toMatchObject({
    type: 'next',
    id: 'next',
    payload: { data: { __typename: 'Query' } },
  });
}

describe('a query over the time limit', () => {
  it('is aborted, and its remaining statements do not run', async () => {
    const clock = manualClock();
    let slow = false;
    await using app = await testApp({
      clock,
      ...withLimits({ queryTimeoutMs: 5_000 }),
      // After the first statement, and before the others.
      onStatement: () => {
        if (slow) clock.advance(5_000);
      },
    });
    await createTasks(app, ['ready_for_development']);
    slow = true;
    app.statements.length = 0;

    const { data, errors } = await app.post('{ tasks { nodes { key sessionSummary { count } } } }');

    expect({ data, errors }).toMatchObject({
      data: undefined,
      errors: [{ extensions: { code: 'TIMEOUT', limit: 5_000 } }],
    });
    slow = false;
    expect(await app.post('{ __typename }')).toEqual({ data: { __typename: 'Query' } });
    expect(app.statements.filter((sql) => sql.includes('sum('))).toEqual([]);
  });

  it('the time limit does not apply to mutations', async () => {
    const clock = manualClock();
    await using app = await testApp({
      clock,
      ...withLimits({ queryTimeoutMs: 1 }),
      onStatement: () => clock.advance(10),
    });
    expect(
      await app.post(
        'mutation { createEpic(input: { title: "x" }) { ... on CreateEpicPayload { epic { key } } } }',
      ),
    ).toEqual({
      data: { createEpic: { epic: { key: 'E01' } } },
    });
  });
});

describe('the operations of the clients', () => {
  const documents = [
    readFileSync(new URL('../../../src/client/operations.graphql', import.meta.url), 'utf8'),
    getIntrospectionQuery({ inputValueDeprecation: true, schemaDescription: true, specifiedByUrl: true }),
    frontEnd,
    orchestrator,
    projectManager,
  ];

  it('are within the limits, with the largest pages', async () => {
    await using app = await testApp();
    const limitCodes = new Set(Object.values({ depth, tokens, aliases, values }).map(({ code }) => code));
    let count = 0;
    for (const query of documents)
      for (const definition of parse(query).definitions) {
        if (
          definition.kind !== Kind.OPERATION_DEFINITION ||
          definition.operation === OperationTypeNode.SUBSCRIPTION
        )
          continue;
        const response = await app.fetch('http://test/graphql', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({
            query,
            operationName: definition.name?.value,
            variables: {
              first: 500,
              longest: 500,
              key: 'T-E01-F01-001',
              id: 'TaskSession:1',
              bucket: 'DAY',
              filter: {},
            },
          }),
        });
        const { errors }: Answer = await response.json();
        expect(
          errors
            ?.map(({ extensions }) => extensions?.code)
            .filter((code) => typeof code === 'string' && limitCodes.has(code)) ?? [],
        ).toEqual([]);
        count += 1;
      }
    expect(count).toBeGreaterThan(20);
  });
});
