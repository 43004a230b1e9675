import { describe, expect, it } from 'vitest';
import { SessionChangedDocument, SessionDocument } from '../../../src/client/generated/graphql.ts';
import { expectType, testApp, type TestApp } from '../../support/app.ts';
import { everyRow } from '../../support/contents.ts';
import { openEventStream } from '../../support/event-stream.ts';
import { manualClock } from '../../support/manual-clock.ts';
import {
  abandonSession,
  blockTask,
  claimTask,
  finishTask,
  heartbeatSession,
  rejectTask,
} from '../../support/mutations.ts';
import { createSharkDatabase } from '../../support/shark-databases.ts';
import { claim, createTask, createTasks } from '../../support/tasks.ts';

const minutes = 60_000;

describe('a heartbeat', () => {
  it('is stored in its session and replaces the previous one', async () => {
    const clock = manualClock();
    await using app = await testApp({ clock });
    const { id, lastHeartbeatAt } = await claim(app, await createTask(app));
    expect(lastHeartbeatAt).toBeNull();

    for (const at of ['2026-01-11T10:10:00.000Z', '2026-01-11T10:20:00.000Z']) {
      clock.advance(10 * minutes);
      expect(await heartbeatSession(app, id)).toMatchObject({
        __typename: 'HeartbeatSessionPayload',
        session: { id, lastHeartbeatAt: at, isActive: true },
      });
      const { session } = await app.send(SessionDocument, { id });
      expect(session).toMatchObject({ lastHeartbeatAt: at });
    }
  });

  it.each(['cancelled', 'ready_for_qa', 'blocked', 'in_no_workflow'])(
    'returns the task, and warns if another program moved it to %s',
    async (status) => {
      await using app = await testApp();
      const taskKey = await createTask(app);
      const { id } = await claim(app, taskKey);
      expect(await heartbeatSession(app, id)).toMatchObject({
        task: { key: taskKey, status: 'in_development', phase: 'development' },
        warnings: [],
      });
      app.change(`UPDATE tasks SET status = '${status}'`);

      expect(await heartbeatSession(app, id)).toMatchObject({
        session: { id, isActive: true, task: { status } },
        task: { key: taskKey, status },
        warnings: [
          `Another program moved task ${taskKey} from in_development to ${status} after the claim. Check the task before you continue`,
        ],
      });
    },
  );

  it('does not change the task, other sessions or statistics', async () => {
    const clock = manualClock();
    await using app = await testApp({ clock });
    const [own = '', other = ''] = await createTasks(app, ['ready_for_development', 'ready_for_development']);
    const { id } = await claim(app, own);
    await claim(app, other);
    const { task_sessions: sessionsBefore = [], ...before } = everyRow(app);
    clock.advance(1);

    await heartbeatSession(app, id);

    const { task_sessions: sessions = [], ...after } = everyRow(app);
    expect(after).toEqual(before);
    expect(sessions[1]).toEqual(sessionsBefore[1]);
    expect(sessions[0]).toEqual({
      ...sessionsBefore[0],
      last_heartbeat_at: '2026-01-11T10:00:00.001+00:00',
      last_sign_of_life_at: '2026-01-11T10:00:00.001+00:00',
      updated_at: expect.any(String),
    });
  });

  it('is never earlier than the claim or the previous heartbeat, even if the clock was set back', async () => {
    const clock = manualClock();
    await using app = await testApp({ clock });
    const { id, startedAt } = await claim(app, await createTask(app));
    const beat = async () =>
      expectType(await heartbeatSession(app, id), 'HeartbeatSessionPayload').session.lastHeartbeatAt;

    clock.jumpTo('2026-01-11T09:00:00.000Z');
    expect(await beat()).toBe(startedAt);
    clock.jumpTo('2026-01-11T10:30:00.000Z');
    expect(await beat()).toBe('2026-01-11T10:30:00.000Z');
    clock.jumpTo('2026-01-11T10:15:00.000Z');
    expect(await beat()).toBe('2026-01-11T10:30:00.000Z');
    clock.jumpTo('2026-01-11T10:30:00.001Z');
    expect(await beat()).toBe('2026-01-11T10:30:00.001Z');
  });

  it('sends no event to subscribers', async () => {
    await using app = await testApp();
    const taskKey = await createTask(app);
    await using changes = await openEventStream(app.fetch, 'http://test/graphql', SessionChangedDocument);
    const { id } = await claim(app, taskKey);
    expect((await changes.next()).sessionChanged.change).toBe('OPENED');

    await heartbeatSession(app, id);
    await heartbeatSession(app, id);
    await finishTask(app, { taskKey });

    expect((await changes.next()).sessionChanged.change).toBe('CLOSED');
    expect(changes.unread).toEqual([]);
  });

  it('updates the session with one statement, only while it is active, and reads nothing for the answer', async () => {
    await using app = await testApp();
    const { id } = await claim(app, await createTask(app));
    app.statements.length = 0;

    await heartbeatSession(app, id);

    expect(app.statements).toEqual([
      'BEGIN IMMEDIATE',
      expect.stringMatching(/^select .* from "task_sessions" where "id" = \?$/),
      expect.stringMatching(/^select .* from "tasks" where "id" = \?$/),
      expect.stringMatching(
        /^update "task_sessions" set .* where "id" = \? and "ended_at" is null returning /,
      ),
      'COMMIT',
    ]);
  });
});

describe('heartbeatSession without an active session', () => {
  it.each([
    ['finished', 'completed', (app: TestApp, taskKey: string) => finishTask(app, { taskKey })],
    ['rejected', 'rejected', (app: TestApp, taskKey: string) => rejectTask(app, { taskKey, reason: 'x' })],
    ['blocked', 'blocked', (app: TestApp, taskKey: string) => blockTask(app, { taskKey, reason: 'x' })],
  ])('is rejected when the session was %s, and returns the outcome', async (_how, outcome, close) => {
    const clock = manualClock();
    await using app = await testApp({ clock });
    const taskKey = await createTask(app);
    const { id } = await claim(app, taskKey);
    clock.advance(30 * minutes);
    await close(app, taskKey);
    clock.advance(1 * minutes);
    const before = everyRow(app);

    expect(await heartbeatSession(app, id)).toEqual({
      __typename: 'SessionNotActiveError',
      message: `Session 1 is no longer active: it was ${outcome} at 2026-01-11 10:30:00`,
      suggestion: 'No agent holds the task now. To continue, claim it again with claimTask',
      closedSession: { id, outcome: outcome.toUpperCase(), endedAt: '2026-01-11T10:30:00.000Z' },
      activeSession: null,
    });
    expect(everyRow(app)).toEqual(before);
  });

  it('is rejected when the session was abandoned, and returns the current agent', async () => {
    const clock = manualClock();
    await using app = await testApp({ clock });
    const taskKey = await createTask(app);
    const lost = await claim(app, taskKey, 'lost');
    clock.advance(5 * minutes);
    await heartbeatSession(app, lost.id);
    clock.advance(5 * minutes);
    await abandonSession(app, { sessionId: lost.id });
    const { session: successor } = expectType(
      await claimTask(app, { taskKey, agentId: 'successor' }),
      'ClaimTaskPayload',
    );
    const before = everyRow(app);

    expect(await heartbeatSession(app, lost.id)).toMatchObject({
      __typename: 'SessionNotActiveError',
      suggestion:
        "Agent 'successor' has been working on the task since 2026-01-11 10:10:00. Stop your work on the task",
      closedSession: { id: lost.id, outcome: 'ABANDONED' },
      activeSession: { id: successor?.id, agentId: 'successor' },
    });
    expect(everyRow(app)).toEqual(before);
  });

  it('is rejected when the session does not exist', async () => {
    await using app = await testApp();
    await claim(app, await createTask(app));
    const before = everyRow(app);

    expect(await heartbeatSession(app, 'TaskSession:4711')).toEqual({
      __typename: 'SessionNotFoundError',
      message: 'There is no session 4711',
      suggestion: 'Use the id of the session that claimTask returned',
      sessionId: 'TaskSession:4711',
    });
    for (const id of ['Task:1', 'TaskSession:0', ''])
      expect(
        await app.post(`mutation { heartbeatSession(input: { sessionId: "${id}" }) { __typename } }`),
      ).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
    expect(everyRow(app)).toEqual(before);
  });

  it('is rejected when the database has no task_sessions table', async () => {
    const databaseFile = createSharkDatabase('recent');
    await using app = await testApp({ config: { databaseFile, migrate: false } });

    expect(await heartbeatSession(app, 'TaskSession:1')).toMatchObject({
      __typename: 'SessionNotFoundError',
    });
  });
});

it('no program can change the heartbeat of an ended session', async () => {
  await using app = await testApp();
  const taskKey = await createTask(app);
  const { id } = await claim(app, taskKey);
  await heartbeatSession(app, id);
  await finishTask(app, { taskKey });
  const before = everyRow(app);

  for (const value of ['NULL', "'2026-01-11T11:00:00.000+00:00'", 'last_heartbeat_at'])
    expect(() => app.change(`UPDATE task_sessions SET last_heartbeat_at = ${value}`)).toThrow(
      'a closed session is an audit record and is not edited',
    );
  expect(everyRow(app)).toEqual(before);
});

it('the database accepts only one format for a heartbeat', async () => {
  await using app = await testApp();
  await claim(app, await createTask(app));

  for (const value of ['2026-01-11 10:20:00', '2026-01-11T10:20:00Z', '2026-02-30T10:20:00.000+00:00'])
    expect(() => app.change(`UPDATE task_sessions SET last_heartbeat_at = '${value}'`)).toThrow(
      'last_heartbeat_at is written like',
    );
});
