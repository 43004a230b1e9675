import { describe, expect, it } from 'vitest';
import { CreateEpicDocument, CreateFeatureDocument } from '../../../src/client/generated/graphql.ts';
import { testApp, type TestApp } from '../../support/app.ts';
import { everyRow } from '../../support/contents.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { abandonSession, claimTask, finishTask, nextTask, rejectTask } from '../../support/mutations.ts';
import { claim, createTask, createTasks } from '../../support/tasks.ts';

const hours = 3_600_000;

/** Claims and blocks the next task until no task is left. Returns the keys in order. */
async function handOutAll(app: TestApp): Promise<string[]> {
  const keys: string[] = [];
  for (let key = await nextTask(app); key !== undefined; key = await nextTask(app)) {
    keys.push(key);
    await claim(app, key);
  }
  return keys;
}

describe('the next task', () => {
  it('is chosen by rework, execution order, priority and waiting time, in this order', async () => {
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

    expect(await handOutAll(app)).toEqual([rework, first, second, urgent, older, late]);
  });

  it('waits since it entered its status, in any time format', async () => {
    await using app = await testApp();
    const [a = '', b = '', c = '', d = ''] = await createTasks(
      app,
      Array<string>(4).fill('ready_for_development'),
    );
    const cameAt = (key: string, time: string) =>
      `UPDATE task_history SET timestamp = '${time}' WHERE task_id = (SELECT id FROM tasks WHERE key = '${key}');`;
    // Sorted as text, the order would be b, a, d, c.
    app.change(
      cameAt(a, '2026-01-10T06:00:00.123456789-06:00') +
        cameAt(b, '2026-01-10 11:00:00') +
        cameAt(c, '2026-01-10T10:00:00.000+00:00') +
        cameAt(d, '2026-01-10T09:30:00Z'),
    );

    expect(await handOutAll(app)).toEqual([d, c, b, a]);
  });

  it('waits since its creation if it has no history', async () => {
    await using app = await testApp();
    const [newer = '', older = ''] = await createTasks(app, Array<string>(2).fill('ready_for_development'));
    app.change(`
      DELETE FROM task_history;
      UPDATE tasks SET created_at = '2026-01-01 00:00:00' WHERE key = '${older}'`);

    expect(await handOutAll(app)).toEqual([older, newer]);
  });

  it('can be a task whose session was abandoned', async () => {
    const clock = manualClock();
    await using app = await testApp({ clock });
    const taskKey = await createTask(app);
    const { id } = await claim(app, taskKey);
    expect(await nextTask(app)).toBeUndefined();
    clock.advance(5 * hours);
    await abandonSession(app, { sessionId: id });

    expect(await nextTask(app)).toBe(taskKey);
  });

  it('is a rejected task, even if another task has a higher priority', async () => {
    await using app = await testApp();
    const [other = '', taskKey = ''] = await createTasks(app, [
      'ready_for_development',
      'ready_for_code_review',
    ]);
    app.change(`UPDATE tasks SET execution_order = 1, priority = 1 WHERE key = '${other}'`);
    expect(await nextTask(app)).toBe(other);
    await claim(app, taskKey);
    await rejectTask(app, { taskKey, reason: 'no tests' });

    expect(await nextTask(app)).toBe(taskKey);
  });

  it('is undefined without waiting work, and the query changes nothing', async () => {
    await using app = await testApp();
    await createTasks(app, ['draft', 'blocked', 'on_hold', 'completed', 'cancelled']);
    const before = everyRow(app);

    expect(await nextTask(app)).toBeUndefined();
    expect(everyRow(app)).toEqual(before);
  });

  it('is in a status that lists the agent type, or lists no agent types', async () => {
    await using app = await testApp();
    const [development = '', review = '', approval = '', rework = ''] = await createTasks(app, [
      'ready_for_development',
      'ready_for_code_review',
      'ready_for_approval',
      'in_qa',
    ]);

    expect(await nextTask(app, { agentType: 'developer' })).toBe(rework);
    await claim(app, rework);
    expect(await nextTask(app, { agentType: 'developer' })).toBe(development);
    expect(await nextTask(app, { agentType: 'tech-lead' })).toBe(review);
    expect(await nextTask(app, { agentType: 'client' })).toBe(approval);
    expect(await nextTask(app, { agentType: 'qa' })).toBeUndefined();
    expect(await nextTask(app, { agentType: 'poet' })).toBeUndefined();
  });

  it('can be limited to an epic', async () => {
    await using app = await testApp();
    const inFirst = await createTask(app);
    const inSecond = await createTask(app);
    await app.send(CreateEpicDocument, { input: { title: 'Empty' } });
    await app.send(CreateFeatureDocument, { input: { epicKey: 'E03', title: 'Empty' } });

    expect(await nextTask(app, { epicKey: 'E01' })).toBe(inFirst);
    expect(await nextTask(app, { epicKey: 'e02-with-a-slug' })).toBe(inSecond);
    expect(await nextTask(app, { epicKey: 'E03' })).toBeUndefined();
  });
});

describe('a task with dependencies', () => {
  it('is the next task when the last dependency is finished', async () => {
    await using app = await testApp();
    const [first = '', second = '', dependent = ''] = await createTasks(app, [
      'ready_for_approval',
      'completed',
      'ready_for_development',
    ]);
    app.change(`UPDATE tasks SET priority = 1, depends_on = '["${first}", "${second}", "T-E99-F01-001"]'
      WHERE key = '${dependent}'`);

    expect(await nextTask(app)).toBe(first);
    await claim(app, first);
    expect(await nextTask(app)).toBeUndefined();
    await finishTask(app, { taskKey: first });
    expect(await nextTask(app)).toBe(dependent);
  });

  it.each([
    ['text that is not JSON', 'T-E01-F01-001, T-E01-F01-002'],
    ['an incomplete list', '["T-E01-F01-001"'],
    ['empty text', ''],
    ['a single key', '"T-E01-F01-001"'],
    ['an object', '{"on": "T-E01-F01-001"}'],
    ['a list of other things', '[1, null, ["T-E01-F01-001"], {"on": "T-E01-F01-001"}]'],
    ['nothing', '[]'],
  ])('has no dependencies if the stored list is %s: %j', async (_what, dependsOn) => {
    await using app = await testApp();
    const [, taskKey = ''] = await createTasks(app, ['draft', 'ready_for_development']);
    app.change(`UPDATE tasks SET depends_on = '${dependsOn}' WHERE key = '${taskKey}'`);

    expect(await nextTask(app)).toBe(taskKey);
    expect(await app.post(`{ task(key: "${taskKey}") { dependsOn } }`)).toEqual({
      data: { task: { dependsOn: [] } },
    });
    const isEmpty = ['', '[]'].includes(dependsOn);
    expect(await claimTask(app, { taskKey, agentId: 'a' })).toMatchObject({
      warnings: isEmpty ? [] : [expect.stringContaining(`were ignored: ${dependsOn}`)],
    });
  });
});
