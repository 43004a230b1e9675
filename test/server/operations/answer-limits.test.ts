import { expect, it } from 'vitest';
import { readConfig } from '../../../src/server/config.ts';
import type { Limits } from '../../../src/graphql/limits/limits.ts';
import { testApp } from '../../support/app.ts';
import { openEventStream } from '../../support/event-stream.ts';
import { metricsOf } from '../../support/metrics.ts';
import { openSocket } from '../../support/socket.ts';
import { claim, createTask } from '../../support/tasks.ts';
import { guardedApp, tokens } from '../../support/tokens.ts';

const usual = readConfig({}).limits;
const withLimits = (limits: Partial<Limits>) => ({ config: { limits: { ...usual, ...limits } } });
const limit = 100_000;

/** An app with one task, whose description has this number of characters. Each is six bytes of JSON. */
async function describedApp(length: number, limits: Partial<Limits> = {}) {
  const app = await testApp(withLimits({ answerBytes: limit, ...limits }));
  await app.start();
  await createTask(app);
  app.change(`UPDATE tasks SET description = replace(printf('%.*c', ${length}, 'x'), 'x', char(1))`);
  return app;
}

const refused = {
  extensions: { code: 'ANSWER_TOO_LARGE', limit, setting: 'MAX_ANSWER_BYTES' },
};
const small = '{ tasks(first: 1) { nodes { description } } }';
/** The unused list makes the operation heavy. */
const heavy =
  '{ tasks(first: 1) { nodes { description } } unused: sessions(first: 500) { nodes { id phase } } }';

it.each([
  ['a small', small],
  ['a heavy', heavy],
])('%s operation gets an answer up to the limit, and an error beyond it', async (_, query) => {
  await using fitting = await describedApp(limit / 6 - 100);
  expect(await fitting.post(query)).not.toHaveProperty('errors');
  await using app = await describedApp(limit / 6 + 1);
  const answer = await app.post(query);
  expect(answer).toMatchObject({ errors: [refused] });
  expect(answer).not.toHaveProperty('data');
  expect((await metricsOf(app)).value('shark_limit_exceeded_total', { setting: 'MAX_ANSWER_BYTES' })).toBe(1);
});

it('a heavy operation ends as soon as its texts are too long, and reads no further', async () => {
  await using app = await describedApp(limit + 1);
  app.statements.length = 0;
  const later = Array.from({ length: 20 }, (_, index) => `n${index}: node(id: "Task:1") { id }`).join(' ');
  const query = `{ tasks(first: 1) { nodes { description feature { title epic { title } } } } ${later}
    unused: sessions(first: 500) { nodes { id phase } } }`;
  const response = await app.fetch('http://test/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ errors: [refused] });
  expect(app.statements.some((sql) => sql.includes('from "epics"'))).toBe(false);
});

it.each([
  ['a small', small],
  ['a heavy', heavy],
])('%s operation on a WebSocket gets the error, and its subscription lives on', async (_, query) => {
  await using app = await describedApp(limit);
  await using socket = await openSocket(app.url);
  const changes = socket.subscribe('subscription { sessionChanged { change } }', {});
  await socket.subscribe('{ __typename }').next();
  expect(await socket.subscribe(query).errors()).toMatchObject([refused]);
  await claim(app, 'T-E01-F01-001');
  expect(await changes.next()).toEqual({ sessionChanged: { change: 'OPENED' } });
});

it('an event that is too large is replaced by an error, over both transports', async () => {
  await using app = await describedApp(limit);
  const query = 'subscription { sessionChanged { session { task { description } } } }';
  await using socket = await openSocket(app.url);
  const onSocket = socket.subscribe(query, {});
  await using stream = await openEventStream(fetch, app.url, query, {});
  await socket.subscribe('{ __typename }').next();
  await claim(app, 'T-E01-F01-001');
  expect(await onSocket.errors()).toMatchObject([refused]);
  expect(await stream.errors()).toMatchObject([refused]);
});

it('a mutation with an answer that is too large has made its change, and the error says so', async () => {
  await using app = await describedApp(limit);
  const { errors = [] } = await app.post(
    'mutation { claimTask(input: { taskKey: "T-E01-F01-001", agentId: "backend" }) { ... on ClaimTaskPayload { task { description } } } }',
  );
  expect(errors).toMatchObject([refused]);
  expect(errors[0]?.message).toContain('If this was a mutation, its change was made');
  const { data } = await app.post('{ sessions { totalCount } }');
  expect(data).toEqual({ sessions: { totalCount: 1 } });
});

it('the headers say how many requests and values a client has left', async () => {
  await using app = await guardedApp(withLimits({ requestsPerMinute: 10, complexityPerMinute: 2_000 }));
  const ask = (query: string, token: string = tokens.viewer) =>
    app.as(token).fetch(`http://test/graphql?query=${encodeURIComponent(query)}`);
  const first = await ask('{ tasks(first: 100) { nodes { key title } } }');
  expect(first.headers.get('ratelimit-policy')).toBe('"requests";q=10;w=60, "complexity";q=2000;w=60');
  const [, requests, complexity] = /^"requests";r=(\d+);t=60, "complexity";r=(\d+);t=60$/.exec(
    first.headers.get('ratelimit') ?? '',
  ) ?? ['', '', ''];
  expect(Number(requests)).toBe(9);
  expect(Number(complexity)).toBeGreaterThan(1_000);
  expect(Number(complexity)).toBeLessThan(1_800);

  const refusal = await ask('{ sessions(first: 500) { nodes { id agentId phase startedAt } } }');
  expect(refusal.status).toBe(429);
  expect(refusal.headers.get('retry-after')).toBe('60');
  expect(await refusal.json()).toMatchObject({
    errors: [
      {
        extensions: {
          code: 'RATE_LIMITED',
          limit: 2_000,
          retryAfterSeconds: 60,
          setting: 'MAX_COMPLEXITY_PER_MINUTE',
        },
      },
    ],
  });
  // A refused operation does not count, and other clients have their own limits.
  expect((await ask('{ tasks(first: 100) { nodes { key title } } }')).status).toBe(200);
  expect((await ask('{ tasks(first: 100) { nodes { key title } } }', tokens.agent)).status).toBe(200);
  const free = await app.fetch('http://test/health');
  expect(free.headers.get('ratelimit')).toBeNull();
});

it('without tokens, there is no limit on the values per minute, and no header', async () => {
  await using app = await testApp(withLimits({ complexityPerMinute: 1 }));
  const response = await app.fetch('http://test/graphql?query={tasks{nodes{key}}}');
  expect(response.status).toBe(200);
  expect(response.headers.get('ratelimit')).toBeNull();
});

it('the subscriptions of a client are limited together, and equal selections count once', async () => {
  await using app = await guardedApp(
    withLimits({ subscriptionComplexity: 40, subscriptionComplexityPerToken: 60 }),
  );
  await app.start();
  const events = (first: number) =>
    `subscription { sessionChanged { session { task { sessions(first: ${first}) { nodes { id } } } } } }`;
  await using one = await openSocket(app.url, tokens.viewer);
  await using other = await openSocket(app.url, tokens.viewer);
  const complex = (setting: string) => ({ extensions: { code: 'QUERY_TOO_COMPLEX', setting } });
  expect(await one.subscribe(events(50), {}).errors()).toMatchObject([
    complex('MAX_SUBSCRIPTION_COMPLEXITY'),
  ]);
  const started = one.subscribe(events(30), {});
  for (const socket of [one, other]) {
    socket.subscribe(events(30), {});
    await socket.subscribe('{ __typename }').next();
    expect(await socket.subscribe(events(29), {}).errors()).toMatchObject([
      complex('MAX_SUBSCRIPTION_COMPLEXITY_PER_TOKEN'),
    ]);
  }
  await using stranger = await openSocket(app.url, tokens.agent);
  stranger.subscribe(events(29), {});
  expect(await stranger.subscribe('{ __typename }').next()).toEqual({ __typename: 'Query' });

  // When the last subscription with this selection has ended, its values are free again.
  await started.close();
  await one.close();
  await other.close();
  await using later = await openSocket(app.url, tokens.viewer);
  const again = later.subscribe(events(29), {});
  await later.subscribe('{ __typename }').next();
  await claim(app.as(tokens.orchestrator), await createTask(app.as(tokens.orchestrator)));
  expect(await again.next()).toMatchObject({ sessionChanged: {} });
});
