import { describe, expect, it } from 'vitest';
import {
  BlockTaskDocument,
  ClaimTaskDocument,
  CreateTaskDocument,
  FinishTaskDocument,
  RejectTaskDocument,
  SessionChangedDocument,
  type SessionChangedSubscription,
  type SessionChangedSubscriptionVariables,
} from '../../../src/client/generated/graphql.ts';
import { type TestApp, type TestAppOptions, testApp } from '../../support/app.ts';
import type { Events } from '../../support/events.ts';
import { type ManualClock, manualClock } from '../../support/manual-clock.ts';
import { eventually } from '../../support/received.ts';
import { openSocket } from '../../support/socket.ts';
import { claim, createTasks } from '../../support/tasks.ts';
import { transports } from '../../support/transports.ts';

const seconds = 1_000;

async function startedApp(clock: ManualClock, statuses: string[], options: TestAppOptions = {}) {
  const app = await testApp({ ...options, clock });
  await app.start();
  return { app, keys: await createTasks(app, statuses) };
}

/** A subscription has read its first revision when the timer for the check of the file is set. */
const served = (clock: ManualClock) =>
  eventually('the subscription is served', () => clock.pending.length === 1);

const waiting = 'ready_for_development';

async function next(events: Events<SessionChangedSubscription>): Promise<string> {
  const { change, session } = (await events.next()).sessionChanged;
  return `${change} ${session.agentId} ${session.outcome}`;
}

describe.each(transports)('sessionChanged over $transport', ({ subscribe }) => {
  it('sends every opening and closing after the start of the subscription, in order', async () => {
    const clock = manualClock();
    const { app, keys } = await startedApp(clock, [waiting, waiting, waiting, waiting]);
    await using _ = app;
    const [first = '', second = '', third = '', earlier = ''] = keys;
    await claim(app, earlier, 'earlier');
    await using events = await subscribe(app.url, SessionChangedDocument);
    await served(clock);

    const { id } = await claim(app, first, 'ada');
    await claim(app, second, 'bob');
    await app.send(RejectTaskDocument, { input: { taskKey: second, reason: 'unclear' } });
    await claim(app, third, 'eve');
    await app.send(BlockTaskDocument, { input: { taskKey: third, reason: 'no key' } });
    clock.advance(30);
    await app.send(FinishTaskDocument, { input: { taskKey: first, notes: 'done' } });
    await app.send(FinishTaskDocument, { input: { taskKey: earlier } });

    expect((await events.next()).sessionChanged).toMatchObject({
      change: 'OPENED',
      session: { id, agentId: 'ada', startedAt: '2026-01-11T10:00:00.000Z', task: { key: first } },
    });
    for (const expected of [
      'OPENED bob',
      'CLOSED bob REJECTED',
      'OPENED eve',
      'CLOSED eve BLOCKED',
      'CLOSED ada COMPLETED',
      'CLOSED earlier COMPLETED',
    ])
      expect(await next(events)).toContain(expected);
    expect(events.unread).toEqual([]);
  });

  it('sends the changes of other processes within a second', async () => {
    const clock = manualClock();
    const { app, keys } = await startedApp(clock, [waiting, waiting]);
    await using _ = app;
    await using other = await testApp({ clock, config: { databaseFile: app.config.databaseFile } });
    const [first = '', second = ''] = keys;
    await using events = await subscribe(app.url, SessionChangedDocument);
    await served(clock);

    await claim(other, first, 'far-away');
    clock.advance(1 * seconds);
    expect(await next(events)).toBe('OPENED far-away null');

    // Opened and closed between two checks of the file: both changes are sent.
    await served(clock);
    await claim(other, second, 'quick');
    await other.send(FinishTaskDocument, { input: { taskKey: second } });
    await other.send(FinishTaskDocument, { input: { taskKey: first } });
    clock.advance(1 * seconds);
    expect(await next(events)).toBe('OPENED quick COMPLETED');
    expect(await next(events)).toBe('CLOSED quick COMPLETED');
    expect(await next(events)).toBe('CLOSED far-away COMPLETED');
    expect(events.unread).toEqual([]);
  });

  it('sends only sessions that match the filter', async () => {
    const clock = manualClock();
    const { app, keys } = await startedApp(clock, [waiting, waiting, 'ready_for_code_review']);
    await using _ = app;
    const otherKeys = await createTasks(app, [waiting]);
    const filters: NonNullable<SessionChangedSubscriptionVariables['filter']>[] = [
      { agentId: 'ada' },
      { phase: 'development' },
      { epicKey: 'E01' },
      { taskKey: keys[0] ?? '' },
      { agentType: 'backend', featureKey: 'E01-F01' },
      { agent: 'backend' },
      { agent: 'ada', agentType: 'backend' },
    ];
    const subscriptions: Events<SessionChangedSubscription>[] = [];
    for (const filter of filters) {
      subscriptions.push(await subscribe(app.url, SessionChangedDocument, { filter }));
      await eventually('the subscription is served', () => startsRead(app) === subscriptions.length);
    }
    const open = (taskKey: string | undefined, agentId: string, agentType: string) =>
      app.send(ClaimTaskDocument, { input: { taskKey: taskKey ?? '', agentId, agentType } });
    await open(keys[1], 'bob', 'frontend');
    // The id of this agent is the type of others.
    await open(keys[2], 'backend', 'tech-lead');
    await open(otherKeys[0], 'ada', 'backend');
    // Matches every filter. When it arrives, every event before it has arrived.
    await open(keys[0], 'ada', 'backend');

    const expected = [['ada'], ['bob', 'ada'], ['bob', 'backend'], [], [], ['backend', 'ada'], ['ada']];
    for (const [index, events] of subscriptions.entries()) {
      for (const agentId of expected[index] ?? []) expect(await next(events)).toBe(`OPENED ${agentId} null`);
      expect((await events.next()).sessionChanged).toMatchObject({
        change: 'OPENED',
        session: { task: { key: keys[0] } },
      });
      expect(events.unread).toEqual([]);
      await events.close();
    }
  });
});

describe('sessionChanged', () => {
  it('sends nothing for an operation that was rolled back', async () => {
    const clock = manualClock();
    let fails = false;
    const { app, keys } = await startedApp(clock, [waiting, waiting], {
      onStatement(sql) {
        if (fails && sql === 'COMMIT') throw new Error('disk full');
      },
    });
    await using _ = app;
    const [taskKey = '', other = ''] = keys;
    await using socket = await openSocket(app.url);
    const events = socket.subscribe(SessionChangedDocument);
    await served(clock);

    fails = true;
    await expect(claim(app, taskKey, 'unlucky')).rejects.toThrow('INTERNAL_SERVER_ERROR');
    expect(app.statements.filter((sql) => sql.startsWith('insert into "task_sessions"'))).not.toEqual([]);
    fails = false;
    await claim(app, other, 'lucky');
    expect(await next(events)).toBe('OPENED lucky null');

    await claim(app, taskKey, 'unlucky');
    expect(await next(events)).toBe('OPENED unlucky null');
    expect(events.unread).toEqual([]);
  });

  it('first sends the old session that a claim closes, then the session that it opens', async () => {
    const clock = manualClock();
    const { app, keys } = await startedApp(clock, [waiting]);
    await using _ = app;
    const [taskKey = ''] = keys;
    await claim(app, taskKey, 'gone');
    app.change(`UPDATE tasks SET status = 'ready_for_development'`);
    await using socket = await openSocket(app.url);
    const events = socket.subscribe(SessionChangedDocument);
    await served(clock);

    await claim(app, taskKey, 'next');

    expect(await next(events)).toBe('CLOSED gone ABANDONED');
    expect(await next(events)).toBe('OPENED next null');
  });

  it('sends more events than fit into one batch, each once and in order', async () => {
    const clock = manualClock();
    const { app } = await startedApp(clock, [waiting]);
    await using _ = app;
    await using socket = await openSocket(app.url);
    const events = socket.subscribe(SessionChangedDocument);
    const filtered = socket.subscribe(SessionChangedDocument, { filter: { agentId: 'agent-150' } });
    await eventually('both are served', () => startsRead(app) === 2);

    // Another program opens all sessions, then closes all of them.
    app.change(`
      WITH RECURSIVE number(n) AS (SELECT 101 UNION ALL SELECT n + 1 FROM number WHERE n < 350)
      INSERT INTO tasks (id, feature_id, key, title, status, created_at, updated_at)
      SELECT n, feature_id, 'T-E01-F01-' || n, 'Many', 'in_development', created_at, updated_at
      FROM tasks, number;
      INSERT INTO task_sessions (task_id, agent_id, phase, claimed_from, claimed_to, started_at)
      SELECT id, 'agent-' || id, 'development', 'ready_for_development', 'in_development',
        '2026-01-11T10:00:00.000+00:00'
      FROM tasks WHERE id > 100 ORDER BY id;
      UPDATE task_sessions SET ended_at = started_at, outcome = 'completed'`);
    clock.advance(1 * seconds);

    for (const change of ['OPENED', 'CLOSED'])
      for (let number = 101; number <= 350; number += 1)
        expect(await next(events)).toBe(`${change} agent-${number} COMPLETED`);
    expect(await next(filtered)).toBe('OPENED agent-150 COMPLETED');
    expect(await next(filtered)).toBe('CLOSED agent-150 COMPLETED');

    const { createTask } = await app.send(CreateTaskDocument, {
      input: { featureKey: 'E01-F01', title: 'One more', key: 'T-E01-F01-999', status: waiting },
    });
    expect(createTask.__typename).toBe('CreateTaskPayload');
    await claim(app, 'T-E01-F01-999', 'agent-150');
    expect(await next(events)).toBe('OPENED agent-150 null');
    expect(await next(filtered)).toBe('OPENED agent-150 null');
    expect([...events.unread, ...filtered.unread]).toEqual([]);
  });

  it('continues when the sessions that it sent last have been deleted with their task', async () => {
    const clock = manualClock();
    const { app, keys } = await startedApp(clock, [waiting, waiting]);
    await using _ = app;
    const [taskKey = '', other = ''] = keys;
    await using socket = await openSocket(app.url);
    const events = socket.subscribe(SessionChangedDocument);
    await served(clock);
    await claim(app, taskKey, 'deleted');
    expect(await next(events)).toBe('OPENED deleted null');
    await app.send(FinishTaskDocument, { input: { taskKey } });
    expect(await next(events)).toBe('CLOSED deleted COMPLETED');

    app.change(`PRAGMA foreign_keys = ON; DELETE FROM tasks WHERE key = '${taskKey}'`);
    expect(app.rows('SELECT * FROM task_sessions')).toEqual([]);

    await claim(app, other, 'next');
    expect(await next(events)).toBe('OPENED next null');
    expect(events.unread).toEqual([]);
  });

  it('rejects a contradictory filter, and the socket stays open', async () => {
    const clock = manualClock();
    const { app, keys } = await startedApp(clock, [waiting]);
    await using _ = app;
    await using socket = await openSocket(app.url);
    const rejected = socket.subscribe(SessionChangedDocument, {
      filter: { active: true, outcome: 'COMPLETED' },
    });
    expect(await rejected.errors()).toMatchObject([
      {
        message:
          'outcome selects ended sessions, but active: true selects open ones. Leave out one of the two',
        extensions: { code: 'BAD_USER_INPUT' },
      },
    ]);
    const events = socket.subscribe(SessionChangedDocument);
    await served(clock);
    await claim(app, keys[0] ?? '');
    expect(await next(events)).toBe('OPENED backend null');
  });

  it('runs no statement while nothing is committed, except one check of the file per second', async () => {
    const clock = manualClock();
    const { app } = await startedApp(clock, [waiting]);
    await using _ = app;
    await using socket = await openSocket(app.url);
    socket.subscribe(SessionChangedDocument);
    socket.subscribe(SessionChangedDocument);
    await eventually('both are served', () => startsRead(app) === 2);
    const second = async () => {
      clock.advance(1 * seconds);
      await served(clock);
      await app.post('{ __typename }');
    };
    // The first check of the file wakes every subscriber.
    await second();
    await second();
    app.statements.length = 0;
    for (let passed = 0; passed < 10; passed += 1) await second();
    expect(app.statements.filter((sql) => !sql.includes('data_version'))).toEqual([]);
    expect(app.statements).toHaveLength(10);
  });
});

/** How many subscribers have read the revision that they start from. */
function startsRead(app: TestApp): number {
  return Math.floor(revisionReads(app) / 2);
}

function revisionReads(app: TestApp): number {
  return app.statements.filter((sql) => sql.includes('"task_session_revisions"')).length;
}
