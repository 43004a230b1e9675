import { describe, expect, it } from 'vitest';
import { endedStatuses } from '../../../src/domain/tasks/dependencies.ts';
import { testApp, type TestApp } from '../../support/app.ts';
import { claimNextTask, claimTask, nextTask } from '../../support/mutations.ts';
import { createTasks } from '../../support/tasks.ts';
import { defaultWorkflow } from '../workflow/workflows.ts';

const needed = 'T-E01-F01-001';
const taskKey = 'T-E01-F01-002';

/** A board with a task in this status, and a waiting task with these dependencies. */
async function boardWith(status: string, dependsOn: string): Promise<TestApp> {
  const app = await testApp();
  await createTasks(app, ['draft', 'ready_for_development']);
  app.change(`UPDATE tasks SET status = '${status}' WHERE key = '${needed}';
    UPDATE tasks SET depends_on = '${dependsOn}' WHERE key = '${taskKey}'`);
  return app;
}

describe.each([
  [
    'cancelled',
    `["${needed}"]`,
    `The task depends on tasks that ended without being completed: ${needed} (cancelled)`,
  ],
  // Other programs use these statuses, which the workflow does not define.
  [
    'archived',
    `["${needed}"]`,
    `The task depends on tasks that ended without being completed: ${needed} (archived)`,
  ],
  [
    'canceled',
    `["${needed}"]`,
    `The task depends on tasks that ended without being completed: ${needed} (canceled)`,
  ],
  [
    'completed',
    `["T-E99-F01-001", "${needed}"]`,
    'The task depends on tasks that do not exist: T-E99-F01-001',
  ],
  ['completed', `["${taskKey}"]`, `The task depends on itself, which was ignored: ${taskKey}`],
  [
    'draft',
    `${needed}, T-E01-F01-003`,
    `The dependencies of the task are not a JSON list of task keys and were ignored: ${needed}, T-E01-F01-003`,
  ],
  [
    'completed',
    `["${needed}", 1]`,
    `The dependencies of the task are not a JSON list of task keys and were ignored: ["${needed}", 1]`,
  ],
])('a task whose dependency is %s: %s', (status, dependsOn, warning) => {
  it('is handed out by claimNextTask with a warning', async () => {
    await using app = await boardWith(status, dependsOn);
    app.change(`UPDATE tasks SET status = '${status}' WHERE key = '${needed}'`);
    expect(await nextTask(app)).toBe(taskKey);
    expect(await claimNextTask(app, { agentId: 'backend' })).toMatchObject({
      task: { key: taskKey },
      warnings: [warning],
    });
  });

  it('is claimed by claimTask with a warning', async () => {
    await using app = await boardWith(status, dependsOn);
    expect(await claimTask(app, { taskKey, agentId: 'backend' })).toMatchObject({
      __typename: 'ClaimTaskPayload',
      warnings: [warning],
    });
  });
});

it.each(['draft', 'in_qa', 'blocked', 'on_hold', 'in_no_workflow'])(
  'a task whose dependency is %s is not handed out',
  async (status) => {
    await using app = await boardWith(status, `["${needed}"]`);
    expect(await nextTask(app)).not.toBe(taskKey);
  },
);

it('a task whose dependencies are completed has no warning', async () => {
  await using app = await boardWith('completed', `["${needed}", "${needed}"]`);
  expect(await claimNextTask(app, { agentId: 'backend' })).toMatchObject({ warnings: [] });
});

it('tasks that depend on each other are not handed out, and a claim says why', async () => {
  await using app = await testApp();
  const [a = '', b = '', c = ''] = await createTasks(app, Array<string>(3).fill('ready_for_development'));
  const dependsOn = (key: string, on: string) =>
    app.change(`UPDATE tasks SET depends_on = '["${on}"]' WHERE key = '${key}'`);
  dependsOn(a, b);
  dependsOn(b, c);
  dependsOn(c, a);

  expect(await nextTask(app)).toBeUndefined();
  expect(await claimTask(app, { taskKey: a, agentId: 'backend' })).toMatchObject({
    warnings: [
      `The task depends on unfinished tasks: ${b}`,
      'These dependencies lead back to the task itself: no task in this circle is handed out before one of them is finished',
    ],
  });
  app.change(`UPDATE tasks SET status = 'cancelled' WHERE key = '${c}'`);
  expect(await claimTask(app, { taskKey: b, agentId: 'backend' })).toMatchObject({
    warnings: [`The task depends on tasks that ended without being completed: ${c} (cancelled)`],
  });
});

it('a task waits until its dependencies are in a complete or terminal status, or in one of other programs', () => {
  expect(endedStatuses(defaultWorkflow).toSorted()).toEqual([
    'archived',
    'canceled',
    'cancelled',
    'completed',
  ]);
});

it('the field dependencies says which dependency holds up a task', async () => {
  await using app = await testApp();
  const [done = '', cancelled = '', open = '', dependent = ''] = await createTasks(app, [
    'completed',
    'cancelled',
    'draft',
    'ready_for_development',
  ]);
  app.change(`UPDATE tasks SET depends_on = '${JSON.stringify([open, dependent, done, 'T-E99-F01-001', cancelled])}'
    WHERE key = '${dependent}'`);
  expect(await app.post(`{ task(key: "${dependent}") { dependencies { key status state } } }`)).toEqual({
    data: {
      task: {
        dependencies: [
          { key: done, status: 'completed', state: 'COMPLETED' },
          { key: cancelled, status: 'cancelled', state: 'CANCELLED' },
          { key: open, status: 'draft', state: 'UNFINISHED' },
          { key: dependent, status: 'ready_for_development', state: 'SELF' },
          { key: 'T-E99-F01-001', status: null, state: 'MISSING' },
        ],
      },
    },
  });
});
