import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/shared/clock.ts';
import {
  AbandonSessionDocument,
  ClaimTaskDocument,
  CreateEpicDocument,
  FinishTaskDocument,
  SessionChangedDocument,
  SessionTurnedStaleDocument,
  type SessionTurnedStaleSubscriptionVariables,
} from '../../../src/client/generated/graphql.ts';
import { expectType, type TestApp, testApp } from '../../support/app.ts';
import { type ManualClock, manualClock } from '../../support/manual-clock.ts';
import { eventually, inTime } from '../../support/received.ts';
import { openSocket } from '../../support/socket.ts';
import { createSharkDatabase } from '../../support/shark-databases.ts';
import { claim, createTask, createTasks } from '../../support/tasks.ts';
import { transports } from '../../support/transports.ts';

const seconds = 1_000;
const minutes = 60 * seconds;
const hours = 60 * minutes;

/** A running server with this many claimable tasks. */
async function startedApp(clock: ManualClock, tasks: number) {
  const app = await testApp({ clock });
  await app.start();
  const keys = await createTasks(app, Array<string>(tasks).fill('ready_for_development'));
  return { app, keys };
}

/** Another process on the same database file. */
function otherApp(app: TestApp, clock: ManualClock): Promise<TestApp> {
  return testApp({ clock, config: { databaseFile: app.config.databaseFile } });
}

/** A subscription is served once the timers are set: one for the check of the file and one for each deadline. */
const served = (clock: ManualClock, timers: number) =>
  eventually('the subscription is served', () => clock.pending.length === timers);

/** The first check of the file wakes every subscriber. The next ones do so only after a commit. */
async function firstFileCheck(clock: ManualClock, timers: number): Promise<void> {
  await served(clock, timers);
  clock.advance(1 * seconds);
  await served(clock, timers);
}

async function finish(app: TestApp, taskKey: string): Promise<void> {
  const { finishTask } = await app.send(FinishTaskDocument, { input: { taskKey } });
  expectType(finishTask, 'FinishTaskPayload');
}

describe.each(transports)('sessionTurnedStale over $transport', ({ subscribe }) => {
  it('sends sessions that are already stale, oldest first, and then each session at its deadline', async () => {
    const clock = manualClock();
    const { app, keys } = await startedApp(clock, 4);
    await using _ = app;
    const [first = '', second = '', third = '', fourth = ''] = keys;
    await claim(app, second, 'agent-2');
    clock.advance(10 * minutes);
    await claim(app, first, 'agent-1');
    clock.advance(2 * hours);
    await claim(app, third, 'agent-3');
    clock.advance(2 * hours);
    await claim(app, fourth, 'agent-4');

    await using events = await subscribe(app.url, SessionTurnedStaleDocument, { staleAfter: '4h' });

    expect((await events.next()).sessionTurnedStale).toMatchObject({
      staleAt: '2026-01-11T14:00:00.000Z',
      session: { agentId: 'agent-2', startedAt: '2026-01-11T10:00:00.000Z', elapsedMinutes: 250 },
    });
    expect((await events.next()).sessionTurnedStale).toMatchObject({
      staleAt: '2026-01-11T14:10:00.000Z',
      session: { agentId: 'agent-1', startedAt: '2026-01-11T10:10:00.000Z' },
    });
    await served(clock, 2);
    clock.advance(2 * hours - 1);
    clock.advance(1);
    expect((await events.next()).sessionTurnedStale).toMatchObject({
      staleAt: '2026-01-11T16:10:00.000Z',
      session: {
        agentId: 'agent-3',
        startedAt: '2026-01-11T12:10:00.000Z',
        elapsedMinutes: 240,
        isActive: true,
        task: { key: third, status: 'in_development' },
      },
    });
    await served(clock, 2);
    clock.advance(2 * hours);
    expect((await events.next()).sessionTurnedStale).toMatchObject({
      staleAt: '2026-01-11T18:10:00.000Z',
      session: { agentId: 'agent-4' },
    });
    expect(events.unread).toEqual([]);
  });

  it('sends nothing a millisecond before the deadline', async () => {
    const clock = manualClock();
    const { app, keys } = await startedApp(clock, 2);
    await using _ = app;
    await claim(app, keys[0] ?? '');
    await using events = await subscribe(app.url, SessionTurnedStaleDocument, { staleAfter: '90m' });
    await served(clock, 2);

    clock.advance(90 * minutes - 1);
    // What this subscriber receives shows that events up to this instant have been sent.
    await using witness = await subscribe(app.url, SessionTurnedStaleDocument, { staleAfter: '89m' });
    expect((await witness.next()).sessionTurnedStale.staleAt).toBe('2026-01-11T11:29:00.000Z');
    expect(events.unread).toEqual([]);

    clock.advance(1);
    expect((await events.next()).sessionTurnedStale.staleAt).toBe('2026-01-11T11:30:00.000Z');
  });

  it('never sends a session that was finished in time', async () => {
    const clock = manualClock();
    const { app, keys } = await startedApp(clock, 2);
    await using _ = app;
    const [inTimeKey = '', late = ''] = keys;
    await using events = await subscribe(app.url, SessionTurnedStaleDocument);
    await served(clock, 1);
    await claim(app, inTimeKey, 'in-time');
    clock.advance(1);
    await claim(app, late, 'late');
    await served(clock, 2);
    clock.advance(4 * hours - 2);
    await finish(app, inTimeKey);

    clock.advance(2);
    expect((await events.next()).sessionTurnedStale).toMatchObject({
      staleAt: '2026-01-11T14:00:00.001Z',
      session: { agentId: 'late' },
    });
    expect(events.unread).toEqual([]);
  });

  it('sends a session that another process opened', async () => {
    const clock = manualClock();
    const { app, keys } = await startedApp(clock, 1);
    await using _ = app;
    await using other = await otherApp(app, clock);
    await using events = await subscribe(app.url, SessionTurnedStaleDocument, { staleAfter: '45s' });
    await firstFileCheck(clock, 1);

    await claim(other, keys[0] ?? '', 'far-away');
    clock.advance(1 * seconds);
    await served(clock, 2);
    clock.advance(44 * seconds);

    expect((await events.next()).sessionTurnedStale).toMatchObject({
      staleAt: '2026-01-11T10:00:46.000Z',
      session: { agentId: 'far-away' },
    });
  });

  it('sends a session whose start was moved into the past by hand, within a second', async () => {
    const clock = manualClock();
    const { app, keys } = await startedApp(clock, 2);
    await using _ = app;
    const moved = await claim(app, keys[0] ?? '', 'moved');
    await claim(app, keys[1] ?? '', 'left-alone');
    await using events = await subscribe(app.url, SessionTurnedStaleDocument);
    await firstFileCheck(clock, 2);

    app.change(
      `UPDATE task_sessions SET started_at = '2026-01-11T05:00:00.000+00:00' WHERE agent_id = 'moved'`,
    );
    clock.advance(1 * seconds);

    expect((await events.next()).sessionTurnedStale).toMatchObject({
      staleAt: '2026-01-11T09:00:00.000Z',
      session: { id: moved.id, startedAt: '2026-01-11T05:00:00.000Z' },
    });
    expect(events.unread).toEqual([]);
  });

  it('continues after a cursor: nothing is lost or repeated, and ended sessions are left out', async () => {
    const clock = manualClock();
    const { app, keys } = await startedApp(clock, 5);
    await using _ = app;
    for (const [index, key] of keys.entries()) {
      await claim(app, key, `agent-${index + 1}`);
      // Two start in the same millisecond, and the cursor is between them.
      if (index !== 1) clock.advance(1 * minutes);
    }
    clock.advance(4 * hours - 4 * minutes);
    const events = await subscribe(app.url, SessionTurnedStaleDocument);
    expect((await events.next()).sessionTurnedStale.session.agentId).toBe('agent-1');
    await served(clock, 2);
    clock.advance(1 * minutes);
    const { cursor, session } = (await events.next()).sessionTurnedStale;
    expect(session.agentId).toBe('agent-2');
    await events.close();
    await served(clock, 0);

    // While the subscriber is away, the next two turn stale and one of them is finished.
    clock.advance(1 * minutes);
    await finish(app, keys[3] ?? '');
    await using again = await subscribe(app.url, SessionTurnedStaleDocument, { after: cursor });
    expect((await again.next()).sessionTurnedStale).toMatchObject({
      staleAt: '2026-01-11T14:01:00.000Z',
      session: { agentId: 'agent-3' },
    });
    await served(clock, 2);
    clock.advance(1 * minutes);
    expect((await again.next()).sessionTurnedStale.session.agentId).toBe('agent-5');
    expect(again.unread).toEqual([]);

    await using all = await subscribe(app.url, SessionTurnedStaleDocument);
    const agents: string[] = [];
    while (agents.length < 4) agents.push((await all.next()).sessionTurnedStale.session.agentId);
    expect(agents, 'without a cursor, it starts with the oldest').toEqual([
      'agent-1',
      'agent-2',
      'agent-3',
      'agent-5',
    ]);
  });

  it('continues after a cursor after a restart of the server', async () => {
    const clock = manualClock();
    const { app, keys } = await startedApp(clock, 3);
    await using _ = app;
    for (const key of keys) {
      await claim(app, key, `agent-${key.slice(-1)}`);
      clock.advance(1 * minutes);
    }
    clock.advance(4 * hours - 3 * minutes);
    await using events = await subscribe(app.url, SessionTurnedStaleDocument);
    const { cursor, session } = (await events.next()).sessionTurnedStale;
    expect(session.agentId).toBe('agent-1');
    await app.stop();
    await events.end();

    clock.advance(1 * minutes);
    await using restarted = await otherApp(app, clock);
    await restarted.start();
    await using again = await subscribe(restarted.url, SessionTurnedStaleDocument, { after: cursor });
    expect((await again.next()).sessionTurnedStale.session.agentId).toBe('agent-2');
    await served(clock, 2);
    clock.advance(1 * minutes);
    expect((await again.next()).sessionTurnedStale.session.agentId).toBe('agent-3');
    expect(again.unread).toEqual([]);
  });

  it('sends only sessions that match the filter', async () => {
    const clock = manualClock();
    const { app, keys } = await startedApp(clock, 3);
    await using _ = app;
    const otherKeys = await createTasks(app, Array<string>(2).fill('ready_for_development'));
    const [first = '', second = '', last = ''] = keys;
    const [third = '', fourth = ''] = otherKeys;
    for (const [taskKey, agentId, agentType] of [
      [first, 'ada', 'backend'],
      // The id of this agent is the type of others.
      [second, 'backend', 'frontend'],
      [third, 'ada', 'frontend'],
      [fourth, 'bob', 'backend'],
      // Matches every filter below. When it arrives, every event before it has arrived.
      [last, 'ada', 'backend'],
    ] as const) {
      await app.send(ClaimTaskDocument, { input: { taskKey, agentId, agentType } });
      clock.advance(1 * minutes);
    }
    clock.advance(4 * hours - 1 * minutes - 1);

    for (const { filter, before } of [
      { filter: { agentId: 'ada' }, before: [first, third] },
      { filter: { agent: 'ada' }, before: [first, third] },
      { filter: { agent: 'backend' }, before: [first, second, fourth] },
      { filter: { agentType: 'backend' }, before: [first, fourth] },
      { filter: { epicKey: 'e01' }, before: [first, second] },
      { filter: { agentId: 'ada', agentType: 'backend', epicKey: 'E01', active: true }, before: [first] },
      { filter: { taskKey: last }, before: [] },
      { filter: { agentId: null }, before: [first, second, third, fourth] },
    ]) {
      await using events = await subscribe(app.url, SessionTurnedStaleDocument, { filter });
      for (const key of before) expect((await events.next()).sessionTurnedStale.session.task.key).toBe(key);
      await served(clock, 2);
      expect(events.unread).toEqual([]);
    }

    await using events = await subscribe(app.url, SessionTurnedStaleDocument, {
      filter: { agentId: 'ada', agentType: 'backend' },
    });
    expect((await events.next()).sessionTurnedStale.session.task.key).toBe(first);
    await served(clock, 2);
    clock.advance(1);
    expect((await events.next()).sessionTurnedStale.session.task.key).toBe(last);
  });
});

describe('sessionTurnedStale', () => {
  it('takes its threshold from the settings by default', async () => {
    const clock = manualClock();
    await using app = await testApp({ clock, config: { staleAfterMs: 90 * minutes } });
    await app.start();
    const [taskKey = ''] = await createTasks(app, ['ready_for_development']);
    await claim(app, taskKey);
    await using socket = await openSocket(app.url);
    const events = socket.subscribe(SessionTurnedStaleDocument);
    await served(clock, 2);
    clock.advance(90 * minutes);
    expect((await events.next()).sessionTurnedStale.staleAt).toBe('2026-01-11T11:30:00.000Z');

    const nullGiven = socket.subscribe(SessionTurnedStaleDocument, { staleAfter: null });
    expect((await nullGiven.next()).sessionTurnedStale.staleAt).toBe('2026-01-11T11:30:00.000Z');
    const named = socket.subscribe(SessionTurnedStaleDocument, { staleAfter: 'PT89M' });
    expect((await named.next()).sessionTurnedStale.staleAt).toBe('2026-01-11T11:29:00.000Z');
  });

  it('serves subscribers with different thresholds on one socket', async () => {
    const clock = manualClock();
    const { app, keys } = await startedApp(clock, 1);
    await using _ = app;
    await claim(app, keys[0] ?? '');
    await using socket = await openSocket(app.url);
    const soon = socket.subscribe(SessionTurnedStaleDocument, { staleAfter: '1m' });
    const later = socket.subscribe(SessionTurnedStaleDocument, { staleAfter: '2m' });
    await served(clock, 3);
    clock.advance(1 * minutes);
    expect((await soon.next()).sessionTurnedStale.staleAt).toBe('2026-01-11T10:01:00.000Z');
    expect(later.unread).toEqual([]);
    clock.advance(1 * minutes);
    expect((await later.next()).sessionTurnedStale.staleAt).toBe('2026-01-11T10:02:00.000Z');
    expect(soon.unread).toEqual([]);
  });

  it('sends more sessions than fit into one batch, each once', async () => {
    const clock = manualClock();
    const { app } = await startedApp(clock, 1);
    await using _ = app;
    app.change(`
      WITH RECURSIVE number(n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM number WHERE n < 251)
      INSERT INTO tasks (id, feature_id, key, title, status, created_at, updated_at)
      SELECT n, feature_id, 'T-E01-F01-' || printf('%03d', n), 'Many', 'in_development', created_at, updated_at
      FROM tasks, number;
      INSERT INTO task_sessions (task_id, agent_id, phase, claimed_from, claimed_to, started_at)
      SELECT id, key, 'development', 'ready_for_development', 'in_development', '2026-01-11T10:00:00.000+00:00'
      FROM tasks WHERE id > 1 ORDER BY id`);
    clock.advance(4 * hours);
    await using socket = await openSocket(app.url);
    const events = socket.subscribe(SessionTurnedStaleDocument);

    // All turned stale in the same millisecond, so they are in the order of their ids.
    for (let number = 2; number <= 251; number += 1)
      expect((await events.next()).sessionTurnedStale.session.agentId).toBe(
        `T-E01-F01-${String(number).padStart(3, '0')}`,
      );
    await served(clock, 1);
    expect(events.unread).toEqual([]);
  });

  it('detects within a second that the clock of the machine was set', async () => {
    const clock = manualClock();
    const { app, keys } = await startedApp(clock, 1);
    await using _ = app;
    await claim(app, keys[0] ?? '');
    await using socket = await openSocket(app.url);
    const events = socket.subscribe(SessionTurnedStaleDocument);
    await firstFileCheck(clock, 2);

    clock.jumpTo('2026-01-11T15:00:00.000Z');
    clock.advance(1 * seconds);
    expect((await events.next()).sessionTurnedStale).toMatchObject({
      staleAt: '2026-01-11T14:00:00.000Z',
      session: { elapsedMinutes: 300.017 },
    });
  });

  it('sends a new event when an abandoned task is claimed again and turns stale again', async () => {
    const clock = manualClock();
    const { app, keys } = await startedApp(clock, 1);
    await using _ = app;
    const [taskKey = ''] = keys;
    await using socket = await openSocket(app.url);
    const events = socket.subscribe(SessionTurnedStaleDocument);
    for (const agentId of ['first', 'second', 'third']) {
      const { id } = await claim(app, taskKey, agentId);
      await served(clock, 2);
      clock.advance(4 * hours);
      const { sessionTurnedStale } = await events.next();
      expect(sessionTurnedStale.session).toMatchObject({ id, agentId });
      await app.send(AbandonSessionDocument, { input: { sessionId: id } });
    }
    expect(events.unread).toEqual([]);
  });

  it.each<{ what: string; variables: SessionTurnedStaleSubscriptionVariables; message: string }>([
    {
      what: 'an id instead of a cursor',
      variables: { after: 'TaskSession:42' },
      message: "'TaskSession:42' is not a cursor",
    },
    { what: 'an empty cursor', variables: { after: '' }, message: "'' is not a cursor" },
    {
      what: 'a filter for ended sessions',
      variables: { filter: { active: false } },
      message: 'active: false selects ended sessions, but only open sessions turn stale',
    },
    {
      what: 'an outcome in the filter',
      variables: { filter: { outcome: 'COMPLETED' } },
      message: 'outcome selects ended sessions, but only open sessions turn stale',
    },
    {
      what: 'a threshold in the filter',
      variables: { filter: { staleAfter: '1h' } },
      message: 'staleAfter cannot be used in this filter',
    },
    {
      what: 'an invalid epic key',
      variables: { filter: { epicKey: 'seven' } },
      message: "'seven'",
    },
    {
      what: 'a period that ends before it begins',
      variables: { filter: { since: '2026-01-02', until: '2026-01-01' } },
      message: 'since (2026-01-02T00:00:00.000Z) is after until (2026-01-01T00:00:00.000Z)',
    },
    { what: 'a threshold of zero', variables: { staleAfter: '0s' }, message: "'0s' is zero" },
    {
      what: 'a threshold of a month',
      variables: { staleAfter: 'P1M' },
      message: "'P1M' contains years or months",
    },
  ])('rejects $what with a clear message, and the socket stays open', async ({ variables, message }) => {
    const clock = manualClock();
    const { app, keys } = await startedApp(clock, 1);
    await using _ = app;
    await claim(app, keys[0] ?? '');
    await using socket = await openSocket(app.url);
    const other = socket.subscribe(SessionTurnedStaleDocument, { staleAfter: '1m' });
    await served(clock, 2);

    const rejected = socket.subscribe(SessionTurnedStaleDocument, variables);
    expect(await rejected.errors()).toEqual([
      expect.objectContaining({
        message: expect.stringContaining(message),
        extensions: expect.objectContaining({ code: 'BAD_USER_INPUT' }),
      }),
    ]);

    clock.advance(1 * minutes);
    expect((await other.next()).sessionTurnedStale.staleAt).toBe('2026-01-11T10:01:00.000Z');
    expect(app.logged.filter(({ level }) => level === 50)).toEqual([]);
  });

  it('runs no statement while nothing is due, except one check of the file per second', async () => {
    const clock = manualClock();
    const { app, keys } = await startedApp(clock, 1);
    await using _ = app;
    await claim(app, keys[0] ?? '');
    await using socket = await openSocket(app.url);
    const subscriptions = Array.from({ length: 5 }, () => socket.subscribe(SessionTurnedStaleDocument));
    // The server reads the messages of a socket one after the other.
    await socket.subscribe('{ __typename }').next();
    await eventually('every subscriber has read the table', () => count(app, 'task_sessions') >= 5);
    await served(clock, 2);
    const second = async () => {
      clock.advance(1 * seconds);
      await served(clock, 2);
      // Everything that this second caused runs before this request.
      await app.post('{ __typename }');
    };
    // The first check of the file wakes every subscriber.
    await second();
    await second();

    app.statements.length = 0;
    for (let passed = 0; passed < 10; passed += 1) await second();
    expect(app.statements.filter((sql) => !sql.includes('data_version'))).toEqual([]);
    expect(app.statements).toHaveLength(10);

    // Control: a deadline does run statements, and they are counted.
    clock.advance(4 * hours);
    for (const events of subscriptions) await events.next();
    expect(count(app, 'task_sessions')).toBeGreaterThan(0);
  });

  it('leaves nothing running after the last subscriber has left', async () => {
    const clock = manualClock();
    const { app, keys } = await startedApp(clock, 1);
    await using _ = app;
    await claim(app, keys[0] ?? '');
    const socket = await openSocket(app.url);
    const events = socket.subscribe(SessionTurnedStaleDocument);
    socket.subscribe(SessionTurnedStaleDocument, { staleAfter: '1h' });
    await served(clock, 3);
    await events.close();
    await served(clock, 2);
    // Closed without unsubscribing, as when the network fails.
    await socket.close();
    await served(clock, 0);

    app.statements.length = 0;
    clock.advance(5 * hours);
    await app.send(CreateEpicDocument, { input: { title: 'Something is written' } });
    expect(count(app, 'data_version') + count(app, '"task_sessions"')).toBe(0);
  });
});

describe('both subscriptions', () => {
  it.each([{ migrate: false }, { migrate: true }])(
    'send sessions only if the database records them: migrations $migrate',
    async ({ migrate }) => {
      const clock = manualClock();
      await using app = await testApp({
        clock,
        config: { migrate, databaseFile: createSharkDatabase('recent') },
      });
      await app.start();
      await using socket = await openSocket(app.url);
      const stale = socket.subscribe(SessionTurnedStaleDocument, { staleAfter: '1m' });
      await served(clock, 1);
      const changed = socket.subscribe(SessionChangedDocument);
      await eventually('both are served', () => count(app, 'task_session_revisions') >= 2);
      const taskKey = await createTask(app);

      const { claimTask } = await app.send(ClaimTaskDocument, { input: { taskKey, agentId: 'backend' } });
      expect(expectType(claimTask, 'ClaimTaskPayload').session === null).toBe(!migrate);
      await served(clock, migrate ? 2 : 1);
      clock.advance(1 * minutes);
      await served(clock, 1);
      if (migrate) {
        expect((await stale.next()).sessionTurnedStale.session.task.key).toBe(taskKey);
        expect((await changed.next()).sessionChanged.session.task.key).toBe(taskKey);
      }
      // Every subscriber that was woken runs before this request.
      await socket.subscribe('{ __typename }').next();
      expect([...stale.unread, ...changed.unread]).toEqual([]);
      expect(app.logged.filter(({ level }) => level === 50)).toEqual([]);
    },
  );
});

describe('with the system clock', () => {
  it('sends a session within 100 ms after its deadline and never before it', async () => {
    await using app = await testApp({ clock: systemClock });
    await app.start();
    const [old = '', inTimeKey = '', late = ''] = await createTasks(
      app,
      Array<string>(3).fill('ready_for_development'),
    );
    await claim(app, old, 'old');
    app.change(`UPDATE task_sessions SET started_at = strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now', '-1 hour')`);
    await using socket = await openSocket(app.url);
    const events = socket.subscribe(SessionTurnedStaleDocument, { staleAfter: '2s' });
    expect((await events.next()).sessionTurnedStale.session.agentId).toBe('old');

    await claim(app, inTimeKey, 'in-time');
    const { startedAt } = await claim(app, late, 'late');
    await finish(app, inTimeKey);

    const { staleAt, session } = (await inTime('the session is sent', events.next())).sessionTurnedStale;
    const lateBy = Date.now() - Date.parse(startedAt) - 2 * seconds;
    expect(session.agentId).toBe('late');
    expect(Date.parse(staleAt)).toBe(Date.parse(startedAt) + 2 * seconds);
    expect(lateBy).toBeGreaterThanOrEqual(0);
    expect(lateBy).toBeLessThan(100);
    expect(events.unread).toEqual([]);
  });
});

function count(app: TestApp, part: string): number {
  return app.statements.filter((sql) => sql.includes(part)).length;
}
