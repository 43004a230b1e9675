import { once } from 'node:events';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import {
  CreateEpicDocument,
  SessionTurnedStaleDocument,
  WorkflowDocument,
} from '../../src/client/generated/graphql.ts';
import { testApp } from '../support/app.ts';
import { manualClock } from '../support/manual-clock.ts';
import { eventually } from '../support/received.ts';
import { openRawSocket, openSocket } from '../support/socket.ts';
import { claim, createTask } from '../support/tasks.ts';

const minutes = 60_000;

async function startedApp(options: Parameters<typeof testApp>[0] = {}) {
  const app = await testApp(options);
  await app.start();
  return app;
}

describe('an operation on a socket', () => {
  it('may be a query or a mutation, too, and many may be under way at once', async () => {
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
      fault: 'a field that there is not',
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
      fault: 'a variable that is missing',
      query: 'query ($key: String!) { task(key: $key) { key } }',
      message: /\$key/,
      code: 'BAD_USER_INPUT',
    },
    {
      fault: 'two operations and no choice',
      query: 'query A { __typename } query B { __typename }',
      message: /what operation/,
      code: 'OPERATION_RESOLUTION_FAILURE',
    },
  ])('that has $fault ends, and the others on the socket go on', async ({ query, message, code }) => {
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

  it('that fails in the server is told so under an id and no more, and the others on the socket go on', async () => {
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

describe('the protocol graphql-transport-ws', () => {
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  const subscribe = { id: '1', type: 'subscribe', payload: { query: '{ __typename }' } };

  it('begins with an acknowledgement and goes on with answers', async () => {
    await using app = await startedApp();
    await using socket = await openRawSocket(app.url);
    socket.send({ type: 'connection_init' });
    expect(await socket.next()).toEqual({ type: 'connection_ack' });
    socket.send(subscribe);
    expect(await socket.next()).toEqual({
      id: '1',
      type: 'next',
      payload: { data: { __typename: 'Query' } },
    });
    expect(await socket.next()).toEqual({ id: '1', type: 'complete' });
  });

  it('answers a ping before and after the acknowledgement', async () => {
    await using app = await startedApp();
    await using socket = await openRawSocket(app.url);
    socket.send({ type: 'ping', payload: { sent: 1 } });
    expect(await socket.next()).toEqual({ type: 'pong', payload: { sent: 1 } });
    socket.send({ type: 'connection_init' });
    socket.send({ type: 'ping' });
    expect(await socket.next()).toEqual({ type: 'connection_ack' });
    expect(await socket.next()).toEqual({ type: 'pong' });
  });

  it('is the only one that is spoken', async () => {
    await using app = await startedApp();
    await using socket = await openRawSocket(app.url, []);
    expect(await socket.closed()).toMatchObject({ code: 4406 });
    await expect(openRawSocket(app.url, ['graphql-ws'])).rejects.toThrow('Server sent no subprotocol');
  });

  it('is spoken where GraphQL is served and nowhere else', async () => {
    await using app = await startedApp();
    await expect(openRawSocket(app.url.replace('/graphql', '/elsewhere'))).rejects.toThrow('400');
  });

  it.each([
    { what: 'an operation before connection_init', code: 4401, messages: [subscribe] },
    {
      what: 'a second connection_init',
      code: 4429,
      messages: [{ type: 'connection_init' }, { type: 'connection_init' }],
    },
    { what: 'what is not JSON', code: 4400, messages: ['hello'] },
    { what: 'a message of an unknown type', code: 4400, messages: [{ type: 'start' }] },
    {
      what: 'an operation without a query',
      code: 4400,
      messages: [{ type: 'connection_init' }, { id: '1', type: 'subscribe', payload: {} }],
    },
    {
      what: 'an id that is in use',
      code: 4409,
      messages: [
        { type: 'connection_init' },
        { ...subscribe, payload: { query: 'subscription { sessionChanged { change } }' } },
        subscribe,
      ],
    },
  ])('ends with $code for $what', async ({ code, messages }) => {
    await using app = await startedApp();
    await using socket = await openRawSocket(app.url);
    for (const message of messages) {
      socket.send(message);
      if (message instanceof Object && message.type === 'connection_init' && messages[0] === message)
        expect(await socket.next()).toEqual({ type: 'connection_ack' });
    }
    expect(await socket.closed()).toMatchObject({ code });
  });

  it('ends with 4408 when connection_init does not come within three seconds', async () => {
    await using app = await startedApp();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    await using socket = await openRawSocket(app.url);
    await using other = await openSocket(app.url);
    vi.advanceTimersByTime(3_000);
    expect(await socket.closed()).toMatchObject({ code: 4408 });
    const query = other.subscribe(WorkflowDocument);
    await query.next();
  });

  it('ends with 1009 for a message of more than 100 KB, and serves everybody else', async () => {
    const reported = vi.spyOn(console, 'error').mockReturnValue();
    await using app = await startedApp();
    await using socket = await openSocket(app.url);
    await using other = await openSocket(app.url);
    const fits = socket.subscribe('query ($key: String!) { task(key: $key) { key } }', {
      key: 'T'.repeat(100_000),
    });
    expect(await fits.errors()).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);

    socket.subscribe('query ($key: String!) { task(key: $key) { key } }', { key: 'T'.repeat(102_400) });
    expect(await socket.closed()).toMatchObject({ code: 1009 });
    const query = other.subscribe(WorkflowDocument);
    await query.next();
    expect(reported).not.toHaveBeenCalled();
  });
});

describe('a socket opened by a page in a browser', () => {
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

  it('is let in from this server and from nowhere else', async () => {
    await using app = await startedApp();

    expect(await opened(app.url, new URL(app.url).origin)).toBe('opened');
    for (const origin of ['https://elsewhere.example', 'http://127.0.0.1:1', 'null'])
      expect(await opened(app.url, origin)).toContain('401');
  });
});
