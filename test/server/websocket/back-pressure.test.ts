import { type IncomingMessage, request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { type TestApp, testApp } from '../../support/app.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { metricsOf } from '../../support/metrics.ts';
import { openPausingSocket, type PausingSocket } from '../../support/pausing-socket.ts';
import { eventually, inTime } from '../../support/received.ts';
import { createTask } from '../../support/tasks.ts';

const seconds = 1_000;
const hours = 3_600_000;

/** Together with their notes 30 MB, much more than the socket buffers of the operating system hold. */
const sessions = 300;
const query = 'subscription { sessionTurnedStale { session { agentId notes } } }';
const everybody = Array.from({ length: sessions }, (_, index) => `agent-${index + 1}`);

/** A server with more stale sessions than the buffers hold. */
async function startedApp() {
  const clock = manualClock();
  const app = await testApp({ clock });
  await app.start();
  await createTask(app);
  app.change(`
    WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < ${sessions})
    INSERT INTO tasks (id, feature_id, key, title, status, created_at, updated_at)
    SELECT 1 + n, feature_id, 'T-E01-F02-' || n, 'Many', 'in_development', created_at, updated_at
    FROM tasks, number;
    INSERT INTO task_sessions (task_id, agent_id, phase, claimed_from, claimed_to, started_at, notes)
    SELECT id, 'agent-' || (id - 1), 'development', 'ready_for_development', 'in_development',
      '2026-01-11T10:00:00.000+00:00', printf('%.*c', 100000, 'x')
    FROM tasks WHERE id > 1 ORDER BY id`);
  clock.advance(5 * hours);
  return { app, clock };
}

/** The number of reads that it takes to read all sessions, in batches of 100. */
const readsOfAll = sessions / 100;

/** Waits until the server stops reading sessions, and returns the number of reads. */
async function pulledUntilQuiet(app: TestApp): Promise<number> {
  let pullStream = 0;
  let quiet = 0;
  await eventually('the server reads no more sessions', () => {
    const now = app.statements.filter((sql) => /\bnotes\b/.test(sql)).length;
    quiet = now === pullStream ? quiet + 1 : 0;
    pullStream = now;
    return pullStream > 0 && quiet > 200;
  });
  return pullStream;
}

/** Waits for the subscribers one after the other, so that each has the full time limit. */
async function allHave({ messages }: PausingSocket, count: number): Promise<void> {
  for (let number = 1; number <= count; number += 1)
    await eventually(`event ${number} has come`, () => messages.unread.length >= number);
}

const agentIn = (event: string) => /"agentId":"(.*?)"/.exec(event)?.[1];

describe('a subscriber that stops reading', { timeout: 60_000 }, () => {
  it('pauses the reads of the server, and then gets all events once and in order, over WebSocket', async () => {
    const { app: started } = await startedApp();
    await using app = started;
    await using socket = await openPausingSocket(app.url);
    socket.send({ id: '1', type: 'subscribe', payload: { query } });
    await socket.pauseBehindNextData();
    expect(await pulledUntilQuiet(app)).toBeLessThan(readsOfAll);

    socket.resume();
    await allHave(socket, sessions);
    expect(socket.messages.unread.map(({ payload }) => agentIn(JSON.stringify(payload)))).toEqual(everybody);
  });

  it('pauses the reads of the server, and then gets all events once and in order, over server-sent events', async () => {
    const { app: started } = await startedApp();
    await using app = started;
    const response = await openStream(app.url);
    expect(await pulledUntilQuiet(app)).toBeLessThan(readsOfAll);

    const agents: (string | undefined)[] = [];
    let text = '';
    response.setEncoding('utf8');
    for await (const chunk of response) {
      const lines = `${text}${chunk}`.split('\n');
      text = lines.pop() ?? '';
      agents.push(...lines.filter((line) => line.startsWith('data: ')).map(agentIn));
      if (agents.length === sessions) break;
    }
    expect(agents).toEqual(everybody);
  });

  it('is disconnected after a minute, over server-sent events', async () => {
    const { app: started, clock } = await startedApp();
    await using app = started;
    const response = await openStream(app.url);
    await pulledUntilQuiet(app);
    const closed = new Promise((resolve) => {
      response.on('error', () => {}).on('close', resolve);
    });
    for (let checks = 0; checks < 5; checks += 1) clock.advance(15 * seconds);
    // Without reading, the client does not notice that the connection is closed.
    response.resume();
    await inTime('the connection is closed', closed);
    const { total } = await metricsOf(app);
    expect(total('shark_limit_exceeded_total', { setting: 'SLOW_READER_TIMEOUT' })).toBe(1);
    await eventually(
      'the subscription has ended',
      async () => (await metricsOf(app)).total('shark_subscribers', {}) === 0,
    );
    expect(app.logged.filter(({ level }) => Number(level) >= 50)).toEqual([]);
  });
});

describe('a subscriber of changes that stops reading', { timeout: 60_000 }, () => {
  it('does not delay other subscribers, and then gets all events once and in order', async () => {
    const { app: started, clock } = await startedApp();
    await using app = started;
    await using paused = await openPausingSocket(app.url);
    await using reading = await openPausingSocket(app.url);
    const changes = 'subscription { sessionChanged { change session { agentId notes } } }';
    for (const socket of [paused, reading])
      socket.send({ id: '1', type: 'subscribe', payload: { query: changes } });
    const asked = () => app.statements.filter((sql) => sql.includes('task_session_revisions')).length;
    await eventually('both are served', () => asked() >= 2);

    // The first change makes one subscriber pause, and it gets nothing more.
    const pausing = paused.pauseBehindNextData();
    app.change("UPDATE task_sessions SET ended_at = started_at, outcome = 'completed' WHERE id = 1");
    clock.advance(1_000);
    await pausing;
    app.change("UPDATE task_sessions SET ended_at = started_at, outcome = 'completed' WHERE id > 1");
    clock.advance(1_000);
    await allHave(reading, sessions);
    expect(paused.messages.unread.length).toBeLessThan(sessions / 2);

    paused.resume();
    await allHave(paused, sessions);
    for (const { messages } of [paused, reading])
      expect(messages.unread.map(({ payload }) => agentIn(JSON.stringify(payload)))).toEqual(everybody);
  });
});

/** The body of the response is not read until the test reads it. */
function openStream(url: string): Promise<IncomingMessage> {
  return inTime(
    'the stream is answered',
    new Promise((resolve, reject) => {
      request(url, {
        method: 'POST',
        headers: { accept: 'text/event-stream', 'content-type': 'application/json' },
      })
        .on('response', resolve)
        .on('error', reject)
        .end(JSON.stringify({ query }));
    }),
  );
}
