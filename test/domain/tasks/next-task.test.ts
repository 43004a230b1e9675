import { describe, expect, it } from 'vitest';
import { CreateEpicDocument, CreateFeatureDocument } from '../../../src/client/generated/graphql.ts';
import { testApp, type TestApp } from '../../support/app.ts';
import { everyRow } from '../../support/contents.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { abandonSession, claimTask, finishTask, nextTask, rejectTask } from '../../support/mutations.ts';
import { claim, createTask, createTasks } from '../../support/tasks.ts';

const hours = 3_600_000;

/** Claims and sets aside what is handed out, until nothing is. Returns the keys in their order. */
async function handOutAll(app: TestApp): Promise<string[]> {
  const keys: string[] = [];
  for (let key = await nextTask(app); key !== undefined; key = await nextTask(app)) {
    keys.push(key);
    await claim(app, key);
  }
  return keys;
}

describe('the next task', () => {
  it('is rework first, then the planned order, then priority, then what has waited longest', async () => {
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

  it('has waited since it came to where it is, whatever format that time is written in', async () => {
    await using app = await testApp();
    const [a = '', b = '', c = '', d = ''] = await createTasks(
      app,
      Array<string>(4).fill('ready_for_development'),
    );
    const cameAt = (key: string, time: string) =>
      `UPDATE task_history SET timestamp = '${time}' WHERE task_id = (SELECT id FROM tasks WHERE key = '${key}');`;
    // As text they would sort b, a, d, c.
    app.change(
      cameAt(a, '2026-01-10T06:00:00.123456789-06:00') +
        cameAt(b, '2026-01-10 11:00:00') +
        cameAt(c, '2026-01-10T10:00:00.000+00:00') +
        cameAt(d, '2026-01-10T09:30:00Z'),
    );

    expect(await handOutAll(app)).toEqual([d, c, b, a]);
  });

  it('has waited since its creation where nothing is known of how it came there', async () => {
    await using app = await testApp();
    const [newer = '', older = ''] = await createTasks(app, Array<string>(2).fill('ready_for_development'));
    app.change(`
      DELETE FROM task_history;
      UPDATE tasks SET created_at = '2026-01-01 00:00:00' WHERE key = '${older}'`);

    expect(await handOutAll(app)).toEqual([older, newer]);
  });

  it('is one that was handed back, when it waits again', async () => {
    const clock = manualClock();
    await using app = await testApp({ clock });
    const taskKey = await createTask(app);
    const { id } = await claim(app, taskKey);
    expect(await nextTask(app)).toBeUndefined();
    clock.advance(5 * hours);
    await abandonSession(app, { sessionId: id });

    expect(await nextTask(app)).toBe(taskKey);
  });

  it('is one that was rejected, before any other', async () => {
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

  it('is none without work that waits, and looking changes nothing', async () => {
    await using app = await testApp();
    await createTasks(app, ['draft', 'blocked', 'on_hold', 'completed', 'cancelled']);
    const before = everyRow(app);

    expect(await nextTask(app)).toBeUndefined();
    expect(everyRow(app)).toEqual(before);
  });

  it('is for an agent type what its kind works on, or anybody', async () => {
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

  it('is looked for in one epic if asked to', async () => {
    await using app = await testApp();
    const inFirst = await createTask(app);
    const inSecond = await createTask(app);
    await app.send(CreateEpicDocument, { input: { title: 'Empty' } });
    await app.send(CreateFeatureDocument, { input: { epicKey: 'E03', title: 'Empty' } });

    expect(await nextTask(app, { epicKey: 'E01' })).toBe(inFirst);
    expect(await nextTask(app, { epicKey: 'e02-with-a-slug' })).toBe(inSecond);
    expect(await nextTask(app, { epicKey: 'E03' })).toBeUndefined();
    expect(await nextTask(app, { epicKey: 'E99' })).toBeUndefined();
  });
});

describe('a task that depends on others', () => {
  it('is handed out when the last of them is finished', async () => {
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
    ['text that is no JSON', 'T-E01-F01-001, T-E01-F01-002'],
    ['a list that breaks off', '["T-E01-F01-001"'],
    ['no text at all', ''],
    ['a single key', '"T-E01-F01-001"'],
    ['an object', '{"on": "T-E01-F01-001"}'],
    ['a list of other things', '[1, null, ["T-E01-F01-001"], {"on": "T-E01-F01-001"}]'],
    ['nothing', '[]'],
  ])('depends on nothing where the list is %s: %j', async (_what, dependsOn) => {
    await using app = await testApp();
    const [, taskKey = ''] = await createTasks(app, ['draft', 'ready_for_development']);
    app.change(`UPDATE tasks SET depends_on = '${dependsOn}' WHERE key = '${taskKey}'`);

    expect(await nextTask(app)).toBe(taskKey);
    expect(await app.post(`{ task(key: "${taskKey}") { dependsOn } }`)).toEqual({
      data: { task: { dependsOn: [] } },
    });
    expect(await claimTask(app, { taskKey, agentId: 'a' })).toMatchObject({ warnings: [] });
  });
});
