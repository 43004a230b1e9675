import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { expectType, testApp } from '../../support/app.ts';
import { everyRow } from '../../support/contents.ts';
import { agents, everybodyHoldsOne, handedOut, holders } from '../../support/fifty-agents.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { claimNextTask, claimTask, finishTask, nextTask } from '../../support/mutations.ts';
import { createSharkDatabase, temporaryFolder } from '../../support/shark-databases.ts';
import { claim, createTask, createTasks } from '../../support/tasks.ts';

const none = {
  __typename: 'ClaimNextTaskPayload',
  task: null,
  session: null,
  previousStatus: null,
  nextPhase: null,
  repeated: false,
  warnings: [],
};

describe('claimNextTask', () => {
  it('moves the task and opens a session, like claimTask', async () => {
    const clock = manualClock();
    await using app = await testApp({ clock });
    const taskKey = await createTask(app);

    const answer = await claimNextTask(app, { agentId: 'backend-1', agentType: 'developer' });

    expect(answer).toMatchObject({
      __typename: 'ClaimNextTaskPayload',
      task: { key: taskKey, status: 'in_development', assignedAgent: 'backend-1' },
      session: {
        id: 'TaskSession:1',
        agentId: 'backend-1',
        agentType: 'developer',
        phase: 'development',
        startedAt: clock.now().toISOString(),
        isActive: true,
      },
      previousStatus: 'ready_for_development',
      nextPhase: { phase: 'review', status: 'ready_for_code_review' },
      warnings: [],
    });
    expect(await finishTask(app, { taskKey, sessionId: 'TaskSession:1' })).toMatchObject({
      __typename: 'FinishTaskPayload',
    });
  });

  it('claims rework first, then by execution order, then by priority, then by waiting time', async () => {
    const clock = manualClock();
    await using app = await testApp({ clock });
    const waiting = 'ready_for_development';
    const [late = '', urgent = '', second = '', first = '', rework = '', older = ''] = await createTasks(
      app,
      [...Array<string>(4).fill(waiting), 'in_development', waiting],
    );
    app.change(`
      UPDATE tasks SET priority = 1 WHERE key = '${urgent}';
      UPDATE tasks SET execution_order = 2, priority = 1 WHERE key = '${second}';
      UPDATE tasks SET execution_order = 1, priority = 10 WHERE key = '${first}';
      UPDATE tasks SET priority = 10 WHERE key = '${rework}';
      UPDATE task_history SET timestamp = '2026-01-11 09:00:00' WHERE task_id = (SELECT id FROM tasks WHERE key = '${older}');
    `);

    const claimedKeys: (string | undefined)[] = [];
    for (let count = 0; count < 7; count += 1) {
      const shown = await nextTask(app);
      const { task } = expectType(await claimNextTask(app, { agentId: 'a' }), 'ClaimNextTaskPayload');
      expect(task?.key).toBe(shown);
      claimedKeys.push(task?.key);
    }

    expect(claimedKeys).toEqual([rework, first, second, urgent, older, late, undefined]);
    expect(await claimNextTask(app, { agentId: 'a' })).toEqual(none);
  });

  it('opens a session on rework without changing the status of the task', async () => {
    await using app = await testApp();
    await createTask(app, 'in_code_review');
    const before = app.rows('SELECT * FROM task_history');

    expect(await claimNextTask(app, { agentId: 'reviewer' })).toMatchObject({
      task: { status: 'in_code_review' },
      session: { phase: 'review' },
      previousStatus: 'in_code_review',
    });
    expect(app.rows('SELECT * FROM task_history')).toEqual(before);
  });

  it('claims only tasks that match the agent type and the epic', async () => {
    await using app = await testApp();
    const [development = '', review = ''] = await createTasks(app, [
      'ready_for_development',
      'ready_for_code_review',
    ]);
    const elsewhere = await createTask(app);
    const claimed = async (wish: { agentType?: string; epicKey?: string }) => {
      const answer = await claimNextTask(app, { agentId: 'a', ...wish });
      return expectType(answer, 'ClaimNextTaskPayload').task?.key;
    };

    expect(await claimed({ agentType: 'poet' })).toBeUndefined();
    expect(await claimed({ agentType: 'tech-lead' })).toBe(review);
    expect(await claimed({ agentType: 'tech-lead' })).toBeUndefined();
    expect(await claimed({ agentType: 'developer', epicKey: 'e02-with-a-slug' })).toBe(elsewhere);
    expect(await claimed({ epicKey: 'E02' })).toBeUndefined();
    expect(await claimed({ epicKey: 'E01' })).toBe(development);
  });

  it('skips tasks with unfinished dependencies, and tasks with an active session', async () => {
    await using app = await testApp();
    const [unfinished = '', dependent = '', held = ''] = await createTasks(app, [
      'draft',
      'ready_for_development',
      'ready_for_development',
    ]);
    await claim(app, held, 'holder');
    app.change(`
      UPDATE tasks SET depends_on = '["${unfinished}"]' WHERE key = '${dependent}';
      UPDATE tasks SET status = 'ready_for_development' WHERE key = '${held}'`);
    const before = everyRow(app);

    expect(await claimNextTask(app, { agentId: 'a' })).toEqual(none);
    expect(everyRow(app)).toEqual(before);
  });

  it.each([
    [
      'an epic that does not exist',
      { agentId: 'a', epicKey: 'e99' },
      {
        __typename: 'EpicNotFoundError',
        message: "There is no epic 'E99'",
        suggestion: 'Check the key, or create the epic with createEpic first',
      },
    ],
    [
      'an invalid epic key',
      { agentId: 'a', epicKey: 'seven' },
      { __typename: 'InvalidInputError', message: "epicKey 'seven' is not a key" },
    ],
    ['a blank agent id', { agentId: ' ' }, { __typename: 'InvalidInputError', message: 'agentId is blank' }],
    [
      'a blank agent type',
      { agentId: 'a', agentType: '' },
      { __typename: 'InvalidInputError', message: 'agentType is blank' },
    ],
    [
      'an agent id that is too long',
      { agentId: 'a'.repeat(129) },
      { __typename: 'InvalidInputError', message: expect.stringContaining('129 characters') },
    ],
  ])('rejects %s, and nothing changes', async (_who, input, refusal) => {
    await using app = await testApp();
    await createTask(app);
    const before = everyRow(app);

    expect(await claimNextTask(app, input)).toMatchObject(refusal);
    expect(everyRow(app)).toEqual(before);
  });
});

describe('fifty agents that claim the next task at once', () => {
  it('get one of fifty tasks each, and the fifty-first agent gets none', async () => {
    await using app = await testApp();
    const taskKeys = await createTasks(app, Array<string>(50).fill('ready_for_development'));

    const answers = await Promise.all(agents.map((agentId) => claimNextTask(app, { agentId })));

    expect(handedOut(answers)).toEqual(taskKeys);
    expect(holders(app)).toEqual(everybodyHoldsOne);
    expect(await claimNextTask(app, { agentId: 'late' })).toEqual(none);
  });

  it('get one of forty tasks each, and ten agents get none', async () => {
    await using app = await testApp();
    const taskKeys = await createTasks(app, Array<string>(40).fill('ready_for_development'));

    const answers = await Promise.all(agents.map((agentId) => claimNextTask(app, { agentId })));

    expect(handedOut(answers)).toEqual(taskKeys);
    expect(answers.filter((answer) => 'task' in answer && answer.task === null)).toHaveLength(10);
  });

  it('do not get tasks that other agents claim by key at the same time', async () => {
    await using app = await testApp();
    const taskKeys = await createTasks(app, Array<string>(50).fill('ready_for_development'));

    const [next, byKey] = await Promise.all([
      Promise.all(agents.map((agentId) => claimNextTask(app, { agentId }))),
      Promise.all(taskKeys.map((taskKey) => claimTask(app, { taskKey, agentId: `owner of ${taskKey}` }))),
    ]);

    expect(handedOut([...next, ...byKey])).toEqual(taskKeys);
  });
});

describe('claimNextTask on an older database', () => {
  const appOn = async (age: 'oldest' | 'recent', workflow: object | undefined, migrate: boolean) => {
    const workflowFile = join(temporaryFolder(), '.sharkconfig.json');
    if (workflow !== undefined) writeFileSync(workflowFile, JSON.stringify(workflow));
    return testApp({ config: { databaseFile: createSharkDatabase(age), workflowFile, migrate } });
  };

  it('rejects a claim that needs a forbidden status, and nothing changes', async () => {
    await using app = await appOn(
      'oldest',
      {
        status_flow: { todo: ['in_development'], in_development: ['completed'], completed: [] },
        special_statuses: { _start_: ['todo'], _complete_: ['completed'] },
      },
      true,
    );
    const before = everyRow(app);

    expect(await claimNextTask(app, { agentId: 'a', idempotencyKey: 'key' })).toMatchObject({
      __typename: 'StatusNotAllowedError',
      message: "This database does not allow a task to have the status 'in_development'",
      suggestion: expect.stringContaining('The database allows todo, in_progress'),
    });
    expect(everyRow(app)).toEqual(before);
  });

  it('without the task_sessions table, assigns each task to one agent, with a warning', async () => {
    await using app = await appOn('recent', undefined, false);

    const keys: string[] = [];
    for (;;) {
      const answer = expectType(await claimNextTask(app, { agentId: 'a' }), 'ClaimNextTaskPayload');
      expect(answer.session).toBeNull();
      if (!answer.task) break;
      expect(answer.warnings).toContainEqual(expect.stringContaining('no task_sessions table'));
      keys.push(answer.task.key);
    }
    expect(keys.length).toBeGreaterThan(1);
    expect(new Set(keys).size).toBe(keys.length);
  });
});
