import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import {
  CreateEpicDocument,
  SessionChangedDocument,
  SessionTurnedStaleDocument,
} from '../../src/client/generated/graphql.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { openEventStream } from '../support/event-stream.ts';
import { type ManualClock, manualClock } from '../support/manual-clock.ts';
import { eventually, inTime } from '../support/received.ts';
import { lockDatabase } from '../support/shark-databases.ts';
import { openRawSocket, openSocket } from '../support/socket.ts';
import { claim, createTask } from '../support/tasks.ts';

const seconds = 1_000;
const hours = 3_600 * seconds;

async function startedApp(clock: ManualClock) {
  const app = await testApp({ clock });
  await app.start();
  await claim(app, await createTask(app));
  return app;
}

/** The close code and reason that make a client reconnect. */
const farewell = { code: 1012, reason: 'The server is stopping' };

const stopped = (app: TestApp) => inTime('the server has stopped', app.stop());

/** A client that sends this, and then stops reading and writing. */
async function silentClient(app: TestApp, ...lines: string[]): Promise<AsyncDisposable> {
  const { hostname, port } = new URL(app.url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => {});
  await new Promise<void>((resolve) => {
    socket.write([...lines, '', ''].join('\r\n'), () => resolve());
  });
  return {
    async [Symbol.asyncDispose]() {
      socket.destroy();
    },
  };
}

/** Together with their notes 40 MB, much more than the send buffers of a client hold. */
const longSessions = 4_000;

function fillLongSessions(app: TestApp): void {
  app.change(`
    WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < ${longSessions})
    INSERT INTO task_sessions (task_id, agent_id, phase, claimed_from, claimed_to, started_at, ended_at, outcome, notes)
    SELECT task_id, agent_id, phase, claimed_from, claimed_to, started_at, started_at, 'completed', printf('%.*c', 10000, 'x')
    FROM task_sessions, number WHERE ended_at IS NULL`);
}

const exportOf = (app: TestApp) => new URL('/export/sessions.csv', app.url);

const begun = (app: TestApp, times: number) =>
  eventually(
    'the transactions are begun',
    () => app.statements.filter((sql) => sql === 'BEGIN IMMEDIATE').length >= times,
  );

const sockets = () => process.getActiveResourcesInfo().filter((name) => name.startsWith('TCP')).length;

describe('stop', () => {
  it('completes running operations, ends all subscriptions and leaves no timers or sockets', async () => {
    const socketsBefore = sockets();
    const clock = manualClock();
    await using app = await startedApp(clock);
    await using socket = await openSocket(app.url);
    const overSocket = [
      socket.subscribe(SessionTurnedStaleDocument),
      socket.subscribe(SessionTurnedStaleDocument, { staleAfter: '1h' }),
      socket.subscribe(SessionChangedDocument),
    ];
    await using stream = await openEventStream(fetch, app.url, SessionTurnedStaleDocument);
    await using portless = await openEventStream(
      app.fetch,
      'http://test/graphql',
      SessionTurnedStaleDocument,
      {
        staleAfter: '2h',
      },
    );
    await eventually('the subscriptions are served', () => clock.pending.length === 4);
    const lock = lockDatabase(app.config.databaseFile);
    app.statements.length = 0;
    const overHttp = fetch(app.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        query: CreateEpicDocument,
        variables: { input: { title: 'Over HTTP' } },
      }),
    });
    await begun(app, 1);
    const mutation = socket.subscribe(CreateEpicDocument, { input: { title: 'Over the socket' } });
    // Both wait: the second for the first, and the first for the lock.
    await socket.subscribe('{ __typename }').next();

    const stopping = app.stop();
    await expect(fetch(app.url)).rejects.toThrow('fetch failed');
    expect(app.rows('SELECT title FROM epics')).toHaveLength(1);
    lock.release();

    expect(await (await overHttp).json()).toMatchObject({
      data: { createEpic: { epic: { title: 'Over HTTP' } } },
    });
    expect((await mutation.next()).createEpic).toMatchObject({ epic: { title: 'Over the socket' } });
    expect(await socket.closed()).toEqual(farewell);
    for (const events of [...overSocket, stream]) await events.end();
    await inTime('the server has stopped', stopping);

    expect(app.rows('SELECT title FROM epics')).toHaveLength(3);
    expect(clock.pending).toEqual([]);
    await eventually('no socket is open', () => sockets() <= socketsBefore);
    app.statements.length = 0;
    clock.advance(5 * hours);
    await new Promise((resolve) => setImmediate(resolve));
    expect(app.statements).toEqual([]);
    expect(portless.unread.filter(({ type }) => type === 'next')).toEqual([]);
    expect(app.logged.filter(({ level }) => level === 50)).toEqual([]);
  });

  it('closes each WebSocket when its last operation ends, and starts no new operations', async () => {
    const clock = manualClock();
    await using app = await startedApp(clock);
    await using busy = await openRawSocket(app.url);
    await using idle = await openSocket(app.url);
    await using watching = await openSocket(app.url);
    await using unannounced = await openRawSocket(app.url);
    busy.send({ type: 'connection_init' });
    await busy.next();
    watching.subscribe(SessionTurnedStaleDocument);
    await eventually('the subscription is served', () => clock.pending.length === 2);
    const lock = lockDatabase(app.config.databaseFile);
    app.statements.length = 0;
    const create = (id: string, title: string) =>
      busy.send({
        id,
        type: 'subscribe',
        payload: { query: String(CreateEpicDocument), variables: { input: { title } } },
      });
    create('1', 'Begun before');
    await begun(app, 1);

    const stopping = app.stop();
    for (const socket of [idle, watching, unannounced]) expect(await socket.closed()).toEqual(farewell);
    create('2', 'Sent behind');
    expect(await busy.next()).toEqual({
      id: '2',
      type: 'error',
      payload: [
        {
          message: expect.stringContaining('Connect again'),
          extensions: { code: 'SERVER_STOPPING' },
        },
      ],
    });
    lock.release();

    const title = 'Begun before';
    expect(await busy.next()).toMatchObject({
      id: '1',
      type: 'next',
      payload: { data: { createEpic: { epic: { title } } } },
    });
    expect(await busy.next()).toEqual({ id: '1', type: 'complete' });
    expect(await busy.closed()).toEqual(farewell);
    await inTime('the server has stopped', stopping);
    expect(app.rows('SELECT title FROM epics ORDER BY id DESC LIMIT 1')).toEqual([{ title }]);
    expect(app.rows('SELECT title FROM epics')).toHaveLength(2);
    expect(clock.pending).toEqual([]);
  });

  it('waits no longer than ten seconds for a mutation', async () => {
    const clock = manualClock();
    await using app = await startedApp(clock);
    await using socket = await openSocket(app.url);
    const lock = lockDatabase(app.config.databaseFile);
    app.statements.length = 0;
    socket.subscribe(CreateEpicDocument, { input: { title: 'Too late' } });
    await begun(app, 1);

    const stopping = app.stop();
    await eventually('the mutation is waited for', () => clock.pending.includes(10 * seconds));
    clock.advance(10 * seconds);
    expect(await socket.closed()).toMatchObject({ code: 1006 });
    await expect(fetch(app.url)).rejects.toThrow('fetch failed');

    lock.release();
    await inTime('the server has stopped', stopping);
    expect(clock.pending).toEqual([]);
  });

  it('leaves the database in one file', async () => {
    const clock = manualClock();
    await using app = await startedApp(clock);
    expect(existsSync(`${app.config.databaseFile}-wal`)).toBe(true);
    await using stream = await openEventStream(fetch, app.url, SessionChangedDocument);
    await stopped(app);
    expect(existsSync(`${app.config.databaseFile}-wal`)).toBe(false);
    await stream.end();
  });

  it('is not delayed by a subscriber that accepts any response type', async () => {
    const clock = manualClock();
    await using app = await startedApp(clock);
    const response = await fetch(app.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: SessionTurnedStaleDocument }),
    });
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    await eventually('the subscription is served', () => clock.pending.length === 2);
    await stopped(app);
    await expect(response.text()).rejects.toThrow('terminated');
    expect(clock.pending).toEqual([]);
  });

  it('waits only a second for a WebSocket client that does not respond', async () => {
    const clock = manualClock();
    await using app = await startedApp(clock);
    await using _ = await silentClient(
      app,
      'GET /graphql HTTP/1.1',
      'Host: localhost',
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
      'Sec-WebSocket-Protocol: graphql-transport-ws',
    );
    await using polite = await openSocket(app.url);
    const stopping = app.stop();
    expect(await polite.closed()).toEqual(farewell);
    await eventually('the farewell is waited for', () => clock.pending.includes(1 * seconds));
    clock.advance(1 * seconds);
    await inTime('the server has stopped', stopping);
  });

  it('waits only ten seconds for an incomplete request', async () => {
    const clock = manualClock();
    await using app = await startedApp(clock);
    await using _ = await silentClient(
      app,
      'POST /graphql HTTP/1.1',
      'Host: localhost',
      'Content-Type: application/json',
      'Content-Length: 1000',
    );
    // Connections are accepted in order: after this response, the server knows the earlier one.
    await (await fetch(app.url.replace('/graphql', '/health'))).text();
    const stopping = app.stop();
    await eventually('the request is waited for', () => clock.pending.includes(10 * seconds));
    clock.advance(10 * seconds);
    await inTime('the server has stopped', stopping);
  });

  it('waits for the end of an export', async () => {
    const clock = manualClock();
    await using app = await startedApp(clock);
    fillLongSessions(app);
    const response = await fetch(exportOf(app));
    const stopping = app.stop();
    await eventually('the export is waited for', () => clock.pending.includes(10 * seconds));

    expect((await response.text()).split('\r\n')).toHaveLength(1 + longSessions + 1 + 1);
    await inTime('the server has stopped', stopping);
    expect(clock.pending).toEqual([]);
  });

  it('aborts an export after ten seconds', async () => {
    const clock = manualClock();
    await using app = await startedApp(clock);
    fillLongSessions(app);
    const response = await fetch(exportOf(app));
    const stopping = app.stop();
    await eventually('the export is waited for', () => clock.pending.includes(10 * seconds));
    clock.advance(10 * seconds);

    await inTime('the server has stopped', stopping);
    await expect(response.text()).rejects.toThrow('terminated');
    expect(app.logged.filter(({ level }) => level === 50)).toEqual([]);
  });

  it('can be called twice, and before the server listens', async () => {
    const clock = manualClock();
    await using app = await testApp({ clock });
    await claim(app, await createTask(app));
    await using events = await openEventStream(app.fetch, 'http://test/graphql', SessionTurnedStaleDocument);
    await eventually('the subscription is served', () => clock.pending.length === 2);
    await Promise.all([stopped(app), stopped(app)]);
    await stopped(app);
    expect(clock.pending).toEqual([]);
    expect(events.unread).toEqual([]);
  });
});
