import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import {
  CreateEpicDocument,
  SessionTurnedStaleDocument,
  WorkflowDocument,
} from '../../../src/client/generated/graphql.ts';
import { testApp } from '../../support/app.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { metricsOf } from '../../support/metrics.ts';
import { eventually } from '../../support/received.ts';
import { openSocket } from '../../support/socket.ts';
import { frame, openHandmadeSocket } from '../../support/socket-frames.ts';
import { claim, createTask } from '../../support/tasks.ts';

const minutes = 60_000;

async function startedApp(options: Parameters<typeof testApp>[0] = {}) {
  const app = await testApp(options);
  await app.start();
  return app;
}

describe('an operation on a WebSocket', () => {
  it('can be a query or a mutation, and many can run at once', async () => {
    await using app = await startedApp();
    await using socket = await openSocket(app.url);
    const titles = ['One', 'Two', 'Three'];
    const mutations = titles.map((title) => socket.subscribe(CreateEpicDocument, { input: { title } }));
    const query = socket.subscribe(WorkflowDocument);

    for (const [index, mutation] of mutations.entries()) {
      expect((await mutation.next()).createEpic).toMatchObject({ epic: { title: titles[index] } });
      await mutation.end();
    }
    expect((await query.next()).workflow.phases).toContain('review');
    await query.end();
  });

  it.each([
    {
      fault: 'a syntax error',
      query: 'subscription {',
      message: /Syntax Error/,
      code: 'GRAPHQL_PARSE_FAILED',
    },
    {
      fault: 'an unknown field',
      query: 'subscription { sessionTurnedCold { id } }',
      message: /sessionTurnedCold/,
      code: 'GRAPHQL_VALIDATION_FAILED',
    },
    {
      fault: 'a document without an operation',
      query: 'fragment F on Task { key }',
      message: /./,
      code: 'GRAPHQL_VALIDATION_FAILED',
    },
    {
      fault: 'an argument of the wrong type',
      query: 'subscription { sessionTurnedStale(after: 1) { cursor } }',
      message: /String/,
      code: 'GRAPHQL_VALIDATION_FAILED',
    },
    {
      fault: 'a missing variable',
      query: 'query ($key: String!) { task(key: $key) { key } }',
      message: /\$key/,
      code: 'BAD_USER_INPUT',
    },
    {
      fault: 'two operations and no operationName',
      query: 'query A { __typename } query B { __typename }',
      message: /what operation/,
      code: 'OPERATION_RESOLUTION_FAILURE',
    },
  ])('with $fault ends, and the others continue', async ({ query, message, code }) => {
    const clock = manualClock();
    await using app = await startedApp({ clock });
    await claim(app, await createTask(app));
    await using socket = await openSocket(app.url);
    const other = socket.subscribe(SessionTurnedStaleDocument, { staleAfter: '1m' });
    await eventually('the subscription is served', () => clock.pending.length === 2);

    const [error] = await socket.subscribe(query).errors();
    expect(error).toMatchObject({
      message: expect.stringMatching(message),
      extensions: { code },
    });

    clock.advance(1 * minutes);
    expect((await other.next()).sessionTurnedStale.staleAt).toBe('2026-01-11T10:01:00.000Z');
    const after = socket.subscribe(WorkflowDocument);
    await after.next();
    expect(app.logged.filter(({ level }) => level === 50)).toEqual([]);
  });

  it('with an internal error returns an ID without details, and the others continue', async () => {
    const clock = manualClock();
    let broken = false;
    await using app = await startedApp({
      clock,
      onStatement() {
        if (broken) throw new Error('disk I/O error');
      },
    });
    await claim(app, await createTask(app));
    await using socket = await openSocket(app.url);
    const hit = socket.subscribe(SessionTurnedStaleDocument, { staleAfter: '1m' });
    const other = socket.subscribe(SessionTurnedStaleDocument, { staleAfter: '2m' });
    await eventually('the subscriptions are served', () => clock.pending.length === 3);

    broken = true;
    clock.advance(1 * minutes);
    const [error] = await hit.errors();
    broken = false;
    expect(error).toMatchObject({
      message: expect.not.stringContaining('disk'),
      extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: expect.stringMatching(/^[\w-]{36}$/) },
    });
    const faults = app.logged.filter(({ level }) => level === 50);
    expect(faults).toContainEqual(expect.objectContaining({ requestId: error?.extensions?.requestId }));
    expect(JSON.stringify(faults)).toContain('disk I/O error');

    clock.advance(1 * minutes);
    expect((await other.next()).sessionTurnedStale.staleAt).toBe('2026-01-11T10:02:00.000Z');
  });
});

describe('a WebSocket from a page in a browser', () => {
  const opened = async (url: string, origin: string) => {
    const socket = new WebSocket(url.replace(/^http/, 'ws'), 'graphql-transport-ws', { origin });
    try {
      await Promise.race([
        once(socket, 'open'),
        once(socket, 'error').then(([error]) => Promise.reject(error)),
      ]);
      return 'opened';
    } catch (error) {
      return String(error);
    } finally {
      socket.terminate();
    }
  };

  it('is accepted only from the origin of the server', async () => {
    await using app = await startedApp();

    expect(await opened(app.url, new URL(app.url).origin)).toBe('opened');
    for (const origin of ['https://elsewhere.example', 'http://127.0.0.1:1', 'null'])
      expect(await opened(app.url, origin)).toContain('401');
  });
});

it('a client that sends an invalid frame and stays connected is disconnected after a second', async () => {
  await using app = await startedApp();
  const socket = await openHandmadeSocket(app.url);
  socket.send(frame(Buffer.from('a frame without a mask'), { masked: false }));
  await eventually('the server has disconnected the client', async () => {
    const { value } = await metricsOf(app);
    return value('shark_sockets', {}) === 0;
  });
  socket.connection.destroy();
});

it('a client that does not confirm the closing of its WebSocket is disconnected after a second', async () => {
  const clock = manualClock();
  await using app = await startedApp({ clock });
  const socket = await openHandmadeSocket(app.url);
  let hasEnded = false;
  socket.connection.once('end', () => {
    hasEnded = true;
  });
  socket.send(frame(Buffer.from('no message of the protocol')));
  await eventually('the confirmation is waited for', () => clock.pending.includes(1_000));
  clock.advance(999);
  await app.post('{ __typename }');
  expect(hasEnded).toBe(false);
  clock.advance(1);
  expect(await socket.closed()).toBe(4400);
});
