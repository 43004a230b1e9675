import { describe, expect, it } from 'vitest';
import { AgingWorkDocument, type AgingWorkQueryVariables } from '../../../src/client/generated/graphql.ts';
import { afterTwoHours, agingWork, minutes } from '../../support/aging-work.ts';
import { unblockTask } from '../../support/mutations.ts';
import { createTasks } from '../../support/tasks.ts';

describe('aging work', () => {
  it('omits tasks that were never started, on request', async () => {
    const { app, three } = await afterTwoHours();
    await using _app = app;

    const { lines, totalCount } = await agingWork(app, { startedOnly: true });
    expect(lines.map((line) => line.slice(0, 3))).toEqual(['001', '003', '004']);
    expect(totalCount).toBe(3);

    // Started by `started_at`, by the current status, and by a status in the history.
    await unblockTask(app, three);
    const started = async () => (await agingWork(app, { startedOnly: true })).totalCount;
    app.change('UPDATE tasks SET started_at = NULL');
    expect(await started()).toBe(3);
    app.change('DELETE FROM task_history');
    expect(await started()).toBe(1);
    app.change(`UPDATE tasks SET started_at = '2026-01-11 10:00:00' WHERE id = 5`);
    expect(await started()).toBe(2);
  });

  it('has the same filters as tasks', async () => {
    const { app } = await afterTwoHours();
    await using _app = app;
    await createTasks(app, ['draft', 'in_qa']);
    app.change(`UPDATE tasks SET agent_type = 'backend' WHERE id = 4`);
    const count = async (filter: AgingWorkQueryVariables['filter']) => {
      const { totalCount, nodes } = await agingWork(app, { filter });
      expect(nodes.length).toBe(totalCount);
      return totalCount;
    };

    expect(await count({ epicKey: 'e01' })).toBe(4);
    expect(await count({ featureKey: 'E02-F01' })).toBe(2);
    expect(await count({ status: 'draft' })).toBe(2);
    expect(await count({ phase: 'review' })).toBe(1);
    expect(await count({ agentType: 'backend' })).toBe(1);
    expect(await count({ epicKey: 'E02', phase: 'review' })).toBe(0);
    const { errors } = await app.post(AgingWorkDocument.toString(), { filter: { epicKey: 'seven' } });
    expect(errors).toMatchObject([
      {
        message: expect.stringMatching(/^epicKey 'seven' is not a key/),
        extensions: { code: 'BAD_USER_INPUT' },
      },
    ]);
  });

  it('returns each task on one page, even if the tasks of a page are finished before the next page is read', async () => {
    const { app, clock } = await afterTwoHours();
    await using _app = app;
    clock.advance(minutes);
    await createTasks(app, Array<string>(4).fill('in_approval'));
    const keys: string[] = [];
    let after: string | null = null;
    do {
      const page = await agingWork(app, { first: 3, after });
      keys.push(...page.nodes.map(({ task }) => task.key));
      for (const { task } of page.nodes)
        app.change(`UPDATE tasks SET status = 'completed' WHERE key = '${task.key}'`);
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    } while (after !== null);

    expect(keys.map((key) => key.slice(4))).toEqual([
      '1-F01-001',
      '1-F01-003',
      '1-F01-004',
      '1-F01-005',
      '2-F01-001',
      '2-F01-002',
      '2-F01-003',
      '2-F01-004',
    ]);
  });

  it('can be paged backwards, and validates page arguments before execution', async () => {
    const { app } = await afterTwoHours();
    await using _app = app;
    const page = async (args: string) =>
      app.post(
        `{ agingWork(${args}) { nodes { id task { id } } pageInfo { startCursor hasPreviousPage } } }`,
      );

    const last = await page('last: 2');
    expect(last).toMatchObject({
      data: {
        agingWork: {
          nodes: [
            { id: 'AgingTask:4', task: { id: 'Task:4' } },
            { id: 'AgingTask:5', task: { id: 'Task:5' } },
          ],
          pageInfo: { hasPreviousPage: true },
        },
      },
    });
    const cursor = Buffer.from('GPC:N:4').toString('base64');
    expect(await page(`last: 2, before: "${cursor}"`)).toMatchObject({
      data: { agingWork: { nodes: [{ id: 'AgingTask:1' }, { id: 'AgingTask:3' }] } },
    });
    expect((await page('first: 501')).errors).toMatchObject([
      { message: expect.stringMatching(/^first is 501/) },
    ]);
    const gone = Buffer.from('GPC:N:77').toString('base64');
    expect((await page(`first: 2, after: "${gone}"`)).errors).toMatchObject([
      { message: expect.stringMatching(/has been deleted/), extensions: { code: 'BAD_USER_INPUT' } },
    ]);
  });

  it('can be fetched by its node id, as can its task', async () => {
    const { app } = await afterTwoHours();
    await using _app = app;

    const answer = await app.post(
      `{ aging: node(id: "AgingTask:4") { __typename ... on AgingTask { phaseMinutes } } task: node(id: "Task:4") { __typename } }`,
    );

    expect(answer).toEqual({
      data: { aging: { __typename: 'AgingTask', phaseMinutes: 30 }, task: { __typename: 'Task' } },
    });
  });
});
