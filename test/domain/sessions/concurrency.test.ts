import { openConnection } from '../../../src/db/sqlite/driver.ts';
import { expect, it } from 'vitest';
import { testApp, type TestApp } from '../../support/app.ts';
import { claimTask, finishTask, nextTask } from '../../support/mutations.ts';
import { createTask } from '../../support/tasks.ts';

/** Adds claimable tasks to the feature of the existing task. */
function addTasks(app: TestApp, upTo: number): void {
  app.change(`
    WITH RECURSIVE numbers (n) AS (VALUES (2) UNION ALL SELECT n + 1 FROM numbers WHERE n < ${upTo})
    INSERT INTO tasks (feature_id, key, title, status)
    SELECT 1, printf('T-E01-F01-%03d', n), 'One of many', 'ready_for_development' FROM numbers`);
}

it('assigns a task to one of a hundred agents that claim it at once', async () => {
  await using app = await testApp();
  const taskKey = await createTask(app);

  const answers = await Promise.all(
    Array.from({ length: 100 }, (_, number) => claimTask(app, { taskKey, agentId: `agent-${number}` })),
  );

  const [winner, ...others] = answers.filter(({ __typename }) => __typename === 'ClaimTaskPayload');
  expect(others).toEqual([]);
  expect(answers.filter(({ __typename }) => __typename === 'TaskAlreadyClaimedError')).toHaveLength(99);
  expect(app.rows('SELECT agent_id FROM task_sessions')).toEqual([
    { agent_id: winner?.__typename === 'ClaimTaskPayload' ? winner.session?.agentId : 'nobody' },
  ]);
  expect(app.rows(`SELECT count(*) AS moves FROM task_history WHERE new_status = 'in_development'`)).toEqual([
    { moves: 1 },
  ]);
});

it('executes two hundred concurrent claims of different tasks', async () => {
  await using app = await testApp();
  await createTask(app);
  addTasks(app, 200);
  const taskKeys = app.rows('SELECT key FROM tasks').map(({ key }) => String(key));
  expect(taskKeys).toHaveLength(200);

  const answers = await Promise.all(taskKeys.map((taskKey) => claimTask(app, { taskKey, agentId: taskKey })));

  expect(answers.map(({ __typename }) => __typename)).toEqual(taskKeys.map(() => 'ClaimTaskPayload'));
  expect(
    app.rows(`SELECT key FROM tasks JOIN task_sessions ON task_sessions.task_id = tasks.id
      WHERE agent_id = key AND ended_at IS NULL AND status = 'in_development' AND assigned_agent = key`),
  ).toHaveLength(200);
});

it('executes one of many equal finishTask requests, and returns the same response to all', async () => {
  await using app = await testApp();
  const taskKey = await createTask(app);
  await claimTask(app, { taskKey, agentId: 'eager' });

  const answers = await Promise.all(
    Array.from({ length: 20 }, () => finishTask(app, { taskKey, sessionId: 'TaskSession:1' })),
  );

  const again = {
    ...answers[0],
    repeated: true,
    warnings: [expect.stringContaining('was already completed at')],
  };
  expect(answers.slice(1)).toEqual(answers.slice(1).map(() => again));
  expect(answers[0]).toMatchObject({
    __typename: 'FinishTaskPayload',
    repeated: false,
    session: { outcome: 'COMPLETED' },
  });
  expect(app.rows(`SELECT status FROM tasks`)).toEqual([{ status: 'ready_for_code_review' }]);
});

it('claims when another program unlocks the file, and serves other requests during the wait', async () => {
  let begun = 0;
  let onSecondTry = () => {};
  const triedAgain = new Promise<void>((resolve) => {
    onSecondTry = resolve;
  });
  await using app = await testApp({
    onStatement: (sql) => {
      if (sql === 'BEGIN IMMEDIATE') begun += 1;
      if (begun === 2) onSecondTry();
    },
  });
  const taskKey = await createTask(app);
  begun = 0;
  const other = openConnection(app.config.databaseFile);
  other.exec('BEGIN IMMEDIATE');

  const claimed = claimTask(app, { taskKey, agentId: 'patient' });
  await triedAgain;
  expect(await nextTask(app)).toBe(taskKey);
  other.exec('COMMIT');
  other.close();

  expect(await claimed).toMatchObject({ __typename: 'ClaimTaskPayload' });
});
