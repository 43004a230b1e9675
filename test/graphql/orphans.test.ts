import { expect, it } from 'vitest';
import { testApp } from '../support/app.ts';
import { claim, createTask } from '../support/tasks.ts';

it('lists a task whose feature was deleted by another program', async () => {
  await using app = await testApp();
  const taskKey = await createTask(app);
  app.change(`PRAGMA foreign_keys = OFF; DELETE FROM features`);

  const answer = await app.post('{ tasks { nodes { key feature { key } } } }');

  expect(answer).toEqual({ data: { tasks: { nodes: [{ key: taskKey, feature: null }] } } });
});

it('lists a feature whose epic was deleted by another program', async () => {
  await using app = await testApp();
  await createTask(app);
  app.change(`PRAGMA foreign_keys = OFF; DELETE FROM epics`);

  const answer = await app.post('{ feature(key: "E01-F01") { key epic { key } } }');

  expect(answer).toEqual({ data: { feature: { key: 'E01-F01', epic: null } } });
});

it('deletes the sessions of a task that another program deletes, with foreign keys on or off', async () => {
  for (const foreignKeys of ['ON', 'OFF']) {
    await using app = await testApp();
    await claim(app, await createTask(app));
    app.change(`PRAGMA foreign_keys = ${foreignKeys}; DELETE FROM tasks`);

    const answer = await app.post('{ sessions { totalCount nodes { id task { key } } } }');

    expect(answer).toEqual({ data: { sessions: { totalCount: 0, nodes: [] } } });
  }
});
