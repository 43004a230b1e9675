import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  AbandonStaleSessionsDocument,
  type AbandonStaleSessionsInput,
  type SessionFilter,
} from '../../../src/client/generated/graphql.ts';
import { expectType, testApp, type TestApp } from '../../support/app.ts';
import { everyRow } from '../../support/contents.ts';
import { type ManualClock, manualClock } from '../../support/manual-clock.ts';
import {
  abandonStaleSessions,
  claimTask,
  finishTask,
  heartbeatSession,
  taskStory,
} from '../../support/mutations.ts';
import { alsoSelecting, historyOfTask } from '../../support/selections.ts';
import { createSharkDatabase, temporaryFolder } from '../../support/shark-databases.ts';
import { claim, createTask, createTasks } from '../../support/tasks.ts';

const minutes = 60_000;
const hours = 60 * minutes;

async function abandoned(app: TestApp, input: AbandonStaleSessionsInput) {
  return expectType(await abandonStaleSessions(app, input), 'AbandonStaleSessionsPayload');
}

/** Tasks claimed by agent-0, agent-1, ... an hour apart. */
async function claimHourly(app: TestApp, clock: ManualClock, count: number): Promise<string[]> {
  const taskKeys = await createTasks(app, Array<string>(count).fill('ready_for_development'));
  for (const [number, taskKey] of taskKeys.entries()) {
    await claim(app, taskKey, `agent-${number}`);
    clock.advance(1 * hours);
  }
  return taskKeys;
}

/** The transitions of a workflow with only the statuses that the oldest databases allow. */
const oldestWorkflow = {
  status_flow: { todo: ['in_progress'], in_progress: ['completed'], completed: [] },
  special_statuses: { _start_: ['todo'], _complete_: ['completed'] },
};

async function oldestApp(clock: ManualClock): Promise<TestApp> {
  const workflowFile = join(temporaryFolder(), '.sharkconfig.json');
  writeFileSync(workflowFile, JSON.stringify(oldestWorkflow));
  return testApp({ clock, config: { databaseFile: createSharkDatabase('oldest'), workflowFile } });
}

describe('abandonStaleSessions', () => {
  it('abandons stale sessions, oldest first, and keeps sessions that are not stale', async () => {
    const clock = manualClock();
    await using app = await testApp({ clock });
    const [first = '', second = '', third = '', fourth = ''] = await claimHourly(app, clock, 4);

    // By now they have been open for 4, 3, 2 and 1 hours.
    const answer = await abandoned(app, { staleAfter: '2h', reason: 'no heartbeat' });

    expect(answer).toMatchObject({
      sessions: [
        { id: 'TaskSession:1', task: { key: first, status: 'ready_for_development' }, durationMinutes: 240 },
        { id: 'TaskSession:2', task: { key: second, status: 'ready_for_development' }, durationMinutes: 180 },
        { id: 'TaskSession:3', task: { key: third, status: 'ready_for_development' }, durationMinutes: 120 },
      ],
      remaining: 0,
      warnings: [],
    });
    for (const session of answer.sessions)
      expect(session).toMatchObject({
        outcome: 'ABANDONED',
        notes: 'no heartbeat',
        endedAt: '2026-01-11T14:00:00.000Z',
      });
    const story = await taskStory(app, second);
    expect(story).toMatchObject({ status: 'ready_for_development', assignedAgent: null });
    expect(story.history.at(-1)).toMatchObject({
      fromStatus: 'in_development',
      toStatus: 'ready_for_development',
      agent: 'agent-1',
      notes: 'no heartbeat',
      at: '2026-01-11T14:00:00.000Z',
    });
    expect(await taskStory(app, fourth)).toMatchObject({
      status: 'in_development',
      activeSession: { agentId: 'agent-3' },
    });
  });

  it('treats a session as stale exactly at the threshold, and not a millisecond before', async () => {
    const clock = manualClock();
    await using app = await testApp({ clock });
    await claim(app, await createTask(app));
    clock.advance(4 * hours - 1);
    const before = everyRow(app);

    expect(await abandoned(app, { staleAfter: '4h' })).toMatchObject({ sessions: [], remaining: 0 });
    expect(everyRow(app)).toEqual(before);
    clock.advance(1);
    expect(await abandoned(app, { staleAfter: '4h' })).toMatchObject({
      sessions: [{ id: 'TaskSession:1', notes: null }],
    });
  });

  it('does not let the previous agent end the session of its successor, whose time starts again', async () => {
    const clock = manualClock();
    await using app = await testApp({ clock });
    const [taskKey = ''] = await claimHourly(app, clock, 1);
    await abandoned(app, { staleAfter: '1h' });
    const successor = await claim(app, taskKey, 'successor');

    expect(await finishTask(app, { taskKey, sessionId: 'TaskSession:1' })).toMatchObject({
      __typename: 'SessionNotActiveError',
      activeSession: { id: successor.id },
    });
    expect(await abandoned(app, { staleAfter: '1h' })).toMatchObject({ sessions: [], remaining: 0 });
  });

  it('abandons the requested number of sessions and returns how many remain', async () => {
    const clock = manualClock();
    await using app = await testApp({ clock });
    await claimHourly(app, clock, 5);
    const input = { staleAfter: '1h', first: 2 };

    const answers = [];
    for (let count = 0; count < 4; count += 1) {
      const { sessions, remaining } = await abandoned(app, input);
      answers.push([sessions.map(({ agentId }) => agentId), remaining]);
    }

    expect(answers).toEqual([
      [['agent-0', 'agent-1'], 3],
      [['agent-2', 'agent-3'], 1],
      [['agent-4'], 0],
      [[], 0],
    ]);
  });

  it('abandons a hundred sessions by default, and at most five hundred', async () => {
    const clock = manualClock();
    await using app = await testApp({ clock });
    await createTask(app);
    app.change(`
      WITH RECURSIVE numbers (n) AS (VALUES (2) UNION ALL SELECT n + 1 FROM numbers WHERE n < 621)
      INSERT INTO tasks (feature_id, key, title, status)
      SELECT 1, printf('T-E01-F01-%03d', n), 'One of many', 'in_development' FROM numbers;
      INSERT INTO task_sessions (task_id, agent_id, phase, claimed_from, claimed_to, started_at)
      SELECT id, 'agent', 'development', 'ready_for_development', 'in_development', '2026-01-11T09:00:00.000+00:00'
      FROM tasks WHERE status = 'in_development'`);

    const counts = [];
    for (const first of [undefined, null, 500]) {
      const { sessions, remaining } = await abandoned(app, { staleAfter: '1h', first });
      counts.push([sessions.length, sessions[0]?.id, remaining]);
    }

    expect(counts).toEqual([
      [100, 'TaskSession:1', 520],
      [100, 'TaskSession:101', 420],
      [420, 'TaskSession:201', 0],
    ]);
    expect(app.rows('SELECT DISTINCT status FROM tasks')).toEqual([{ status: 'ready_for_development' }]);
  });

  it('runs the same number of statements for any number of sessions', async () => {
    const clock = manualClock();
    await using app = await testApp({ clock });
    const document = alsoSelecting(AbandonStaleSessionsDocument.toString(), `sessions { ${historyOfTask} }`);
    const counts: number[] = [];
    for (const count of [2, 20]) {
      await claimHourly(app, clock, count);
      app.statements.length = 0;
      expect(await app.post(document, { input: { staleAfter: '1h' } })).toMatchObject({
        data: { abandonStaleSessions: { sessions: { length: count } } },
      });
      counts.push(app.statements.length - 1 - app.statements.indexOf('COMMIT'));
    }
    // The sessions and tasks are rows of the transaction, so only the histories are read.
    expect(counts).toEqual([1, 1]);
  });
});

describe('the filter of abandonStaleSessions', () => {
  it('selects among the stale sessions', async () => {
    const clock = manualClock();
    await using app = await testApp({ clock });
    const [one = ''] = await claimHourly(app, clock, 2);
    await claimHourly(app, clock, 2);
    const agents = async (filter: SessionFilter) =>
      (await abandoned(app, { staleAfter: '1h', filter })).sessions.map(({ agentId, task }) => [
        task.key,
        agentId,
      ]);

    expect(await agents({ agentId: 'agent-7' })).toEqual([]);
    expect(await agents({ agent: 'agent-7' })).toEqual([]);
    expect(await agents({ phase: 'review' })).toEqual([]);
    expect(await agents({ taskKey: one.toLowerCase(), active: true })).toEqual([[one, 'agent-0']]);
    expect(
      await agents({ epicKey: 'E01', agent: 'agent-1', outcome: null, staleAfter: null, active: null }),
    ).toEqual([['T-E01-F01-002', 'agent-1']]);
    expect(await agents({ until: '2026-01-11T12:00:00Z' })).toEqual([]);
    expect(await agents({ until: '2026-01-11T13:00:00Z' })).toEqual([['T-E02-F01-001', 'agent-0']]);
    expect(await abandoned(app, { staleAfter: '1h', first: 1 })).toMatchObject({
      sessions: [{ agentId: 'agent-1' }],
      remaining: 0,
    });
  });

  it('excludes sessions that do not match from the remaining count', async () => {
    const clock = manualClock();
    await using app = await testApp({ clock });
    const [one = ''] = await claimHourly(app, clock, 3);

    expect(await abandoned(app, { staleAfter: '1h', filter: { taskKey: one } })).toMatchObject({
      sessions: [{ agentId: 'agent-0' }],
      remaining: 0,
    });
  });
});

describe('the input of abandonStaleSessions', () => {
  it.each<[what: string, input: Partial<AbandonStaleSessionsInput>, message: string, suggestion: string]>([
    [
      'an outcome in the filter',
      { filter: { outcome: 'COMPLETED' } },
      'outcome selects ended sessions, but only open sessions turn stale',
      'Leave out outcome',
    ],
    [
      'a threshold in the filter',
      { filter: { staleAfter: '1h' } },
      'staleAfter cannot be used in this filter',
      'To set the threshold, use the argument staleAfter of the operation',
    ],
    [
      'a filter for ended sessions',
      { filter: { active: false } },
      'active: false selects ended sessions, but only open sessions turn stale',
      'Leave out active',
    ],
    [
      'a limit of zero',
      { first: 0 },
      'first is 0',
      'Give a number from 1 to 500. To abandon more sessions, repeat the request',
    ],
    [
      'a limit over the maximum',
      { first: 501 },
      'first is 501',
      'Give a number from 1 to 500. To abandon more sessions, repeat the request',
    ],
    ['a negative limit', { first: -1 }, 'first is -1', 'Give a number from 1 to 500'],
    ['a blank reason', { reason: ' ' }, 'reason is blank', 'between 1 and 10000 characters'],
    ['a reason that is too long', { reason: 'x'.repeat(10_001) }, 'reason has 10001 characters', 'at most'],
    ['an invalid epic key', { filter: { epicKey: 'seven' } }, "epicKey 'seven' is not a key", 'E07'],
    [
      'a period that ends before it begins',
      { filter: { since: '2026-01-02', until: '2026-01-01' } },
      'since (2026-01-02T00:00:00.000Z) is after until (2026-01-01T00:00:00.000Z)',
      'Give a since that is not after until',
    ],
  ])('rejects %s, and nothing changes', async (_what, input, message, suggestion) => {
    const clock = manualClock();
    await using app = await testApp({ clock });
    await claimHourly(app, clock, 1);
    const before = everyRow(app);

    expect(await abandonStaleSessions(app, { staleAfter: '1h', ...input })).toEqual({
      __typename: 'InvalidInputError',
      message: expect.stringContaining(message),
      suggestion: expect.stringContaining(suggestion),
      // The message begins with the name of the field.
      field: /^\w+/.exec(message)?.[0],
    });
    expect(everyRow(app)).toEqual(before);
  });
});

describe('a task', () => {
  it('that another program moved keeps its status, and a warning names it', async () => {
    const clock = manualClock();
    await using app = await testApp({ clock });
    const [moved = '', other = ''] = await claimHourly(app, clock, 2);
    app.change(`UPDATE tasks SET status = 'ready_for_qa' WHERE key = '${moved}'`);

    expect(await abandoned(app, { staleAfter: '1h' })).toMatchObject({
      sessions: [
        { outcome: 'ABANDONED', task: { key: moved, status: 'ready_for_qa' } },
        { outcome: 'ABANDONED', task: { key: other, status: 'ready_for_development' } },
      ],
      remaining: 0,
      warnings: [
        `${moved}: Another program moved the task to ready_for_qa after the claim. The task stays in this status`,
      ],
    });
  });

  it('that cannot return to its previous status keeps its session, and does not block other tasks', async () => {
    const clock = manualClock();
    await using app = await oldestApp(clock);
    // It was claimed while the database still allowed the status before the claim.
    app.change(`
      UPDATE tasks SET status = 'in_progress', assigned_agent = 'stuck' WHERE key = 'T-E01-F01-002';
      INSERT INTO task_sessions (task_id, agent_id, phase, claimed_from, claimed_to, started_at)
      SELECT id, 'stuck', 'any', 'ready_for_development', 'in_progress', '2026-01-11T08:00:00.000+00:00'
      FROM tasks WHERE key = 'T-E01-F01-002'`);
    await claimTask(app, { taskKey: 'T-E01-F01-003', agentId: 'silent' });
    clock.advance(5 * hours);
    const ofTheStuckOne = () =>
      app.rows(`SELECT task.*, session.*, (SELECT count(*) FROM task_history WHERE task_id = task.id) AS moves
        FROM tasks task JOIN task_sessions session ON session.task_id = task.id
        WHERE task.key = 'T-E01-F01-002'`);
    const before = ofTheStuckOne();
    const warnings = [
      "T-E01-F01-002: Session 1 could not be abandoned and stays open. This database does not allow a task to have the status 'ready_for_development'",
    ];

    expect(await abandoned(app, { staleAfter: '4h', first: 1 })).toMatchObject({
      sessions: [{ agentId: 'silent', outcome: 'ABANDONED' }],
      remaining: 1,
      warnings,
    });
    expect(ofTheStuckOne()).toEqual(before);
    const afterwards = everyRow(app);
    expect(await abandoned(app, { staleAfter: '4h' })).toMatchObject({
      sessions: [],
      remaining: 1,
      warnings,
    });
    expect(everyRow(app)).toEqual(afterwards);
  });

  it('after hundreds of tasks that cannot be returned is still processed', async () => {
    const clock = manualClock();
    await using app = await oldestApp(clock);
    app.change(`
      WITH RECURSIVE numbers (n) AS (VALUES (100) UNION ALL SELECT n + 1 FROM numbers WHERE n < 349)
      INSERT INTO tasks (feature_id, key, title, status)
      SELECT 1, printf('T-E01-F01-%03d', n), 'One of many', 'in_progress' FROM numbers;
      INSERT INTO task_sessions (task_id, agent_id, phase, claimed_from, claimed_to, started_at)
      SELECT id, 'agent', 'any', CASE key WHEN 'T-E01-F01-349' THEN 'todo' ELSE 'no_more' END, 'in_progress',
        '2026-01-11T08:00:00.000+00:00'
      FROM tasks WHERE title = 'One of many'`);

    const { sessions, remaining, warnings } = await abandoned(app, { staleAfter: '1h', first: 1 });

    expect(sessions).toMatchObject([{ task: { key: 'T-E01-F01-349', status: 'todo' } }]);
    expect([remaining, warnings.length]).toEqual([249, 249]);
  });
});

it('abandonStaleSessions finds no sessions without the task_sessions table', async () => {
  const databaseFile = createSharkDatabase('recent');
  await using app = await testApp({ config: { databaseFile, migrate: false } });
  await claimTask(app, { taskKey: 'T-E01-F01-004', agentId: 'agent' });
  const before = everyRow(app);

  expect(await abandoned(app, { staleAfter: '1s', filter: { agentId: 'agent' } })).toMatchObject({
    sessions: [],
    remaining: 0,
    warnings: [expect.stringContaining('no task_sessions table')],
  });
  expect(everyRow(app)).toEqual(before);
});

describe('an agent that sends heartbeats', () => {
  /** A task that was claimed four hours ago, with a heartbeat this long ago, and one without heartbeats. */
  async function appWithHeartbeat(heartbeatAgoMs: number, config: { aliveWithinMs?: number } = {}) {
    const clock = manualClock();
    const app = await testApp({ clock, config });
    const [alive = '', unheard = ''] = await createTasks(app, Array<string>(2).fill('ready_for_development'));
    const session = await claim(app, alive, 'alive');
    await claim(app, unheard, 'unheard');
    clock.advance(4 * hours - heartbeatAgoMs);
    await heartbeatSession(app, session.id);
    clock.advance(heartbeatAgoMs);
    return app;
  }
  const skippedAlive = { skipped: [{ agentId: 'alive', outcome: null }], skippedCount: 1 };
  const noneSkipped = { skipped: [], skippedCount: 0 };

  it('keeps its session, which is reported as skipped and not as remaining', async () => {
    await using app = await appWithHeartbeat(2_000);
    expect(await abandoned(app, { staleAfter: '2s' })).toMatchObject({
      sessions: [{ agentId: 'unheard' }],
      remaining: 0,
      ...skippedAlive,
      aliveWithin: 'PT5M',
      warnings: [],
    });
    expect(await taskStory(app, 'T-E01-F01-001')).toMatchObject({
      status: 'in_development',
      activeSession: { agentId: 'alive' },
    });
  });

  it('loses its session with includeAlive', async () => {
    await using app = await appWithHeartbeat(2_000);
    expect(await abandoned(app, { staleAfter: '4h', includeAlive: true })).toMatchObject({
      sessions: [{ agentId: 'alive' }, { agentId: 'unheard' }],
      ...noneSkipped,
    });
  });

  it.each([
    [5 * minutes - 1, {}, skippedAlive],
    [5 * minutes, {}, noneSkipped],
    [6 * minutes, { aliveWithinMs: 10 * minutes }, skippedAlive],
    [6_000, { aliveWithinMs: 5_000 }, noneSkipped],
  ])('is alive for a limited time after its heartbeat: %i ms, %j', async (agoMs, config, expected) => {
    await using app = await appWithHeartbeat(agoMs, config);
    expect(await abandoned(app, { staleAfter: '4h' })).toMatchObject(expected);
  });

  it.each([
    [{ silentFor: '10m' }, ['unheard']],
    [{ silentFor: '3m' }, ['alive', 'unheard']],
    [{ silentFor: '2m1s' }, ['unheard']],
    [{ silentFor: '2m', staleAfter: '4h' }, ['alive', 'unheard']],
    [{ silentFor: '2m', staleAfter: '4h1s' }, []],
    [{ silentFor: '4h1s' }, []],
  ])('loses its session if it is silent for as long as the request says: %j', async (input, agents) => {
    await using app = await appWithHeartbeat(input.silentFor === '3m' ? 3 * minutes : 2 * minutes);
    const { sessions, ...others } = await abandoned(app, input);
    expect(sessions.map(({ agentId }) => agentId)).toEqual(agents);
    expect(others).toMatchObject({ remaining: 0, ...noneSkipped });
  });

  it('is skipped only if the filter selects its session', async () => {
    await using app = await appWithHeartbeat(2_000);
    expect(await abandoned(app, { staleAfter: '4h', filter: { agentId: 'unheard' } })).toMatchObject({
      sessions: [{ agentId: 'unheard' }],
      ...noneSkipped,
    });
  });

  it('does not use up the requested number of sessions', async () => {
    await using app = await appWithHeartbeat(2_000);
    app.change(`UPDATE task_sessions SET last_heartbeat_at = '2026-01-11T13:59:59.000+00:00'`);
    await claim(app, await createTask(app), 'third');
    app.change(
      `UPDATE task_sessions SET started_at = '2026-01-11T09:00:00.000+00:00' WHERE agent_id = 'third'`,
    );
    expect(await abandoned(app, { staleAfter: '4h', first: 1 })).toMatchObject({
      sessions: [{ agentId: 'third' }],
      remaining: 0,
      skipped: [{ agentId: 'alive' }],
      skippedCount: 2,
    });
  });
});

it.each([[{}], [{ staleAfter: null, silentFor: null }]])('needs a threshold: %j', async (input) => {
  await using app = await testApp();
  expect(await abandonStaleSessions(app, input)).toMatchObject({
    __typename: 'InvalidInputError',
    field: 'staleAfter',
    message: 'staleAfter and silentFor are missing',
  });
});

it('has the thresholds as arguments, not in the filter', async () => {
  await using app = await testApp();
  expect(await abandonStaleSessions(app, { staleAfter: '4h', filter: { silentFor: '10m' } })).toMatchObject({
    __typename: 'InvalidInputError',
    field: 'silentFor',
  });
});
