import { describe, expect, it } from 'vitest';
import {
  type OrderDirection,
  SessionsDocument,
  TasksDocument,
  TypedDocumentString,
} from '../../../src/client/generated/graphql.ts';
import { testApp, type TestApp } from '../../support/app.ts';
import { type ManualClock, manualClock } from '../../support/manual-clock.ts';
import { abandonSession, finishTask } from '../../support/mutations.ts';
import { claim, createTask, createTasks } from '../../support/tasks.ts';

/** Opens this number of sessions, two at a time in the same instant. */
async function openSessions(app: TestApp, clock: ManualClock, count: number) {
  const taskKeys = await createTasks(app, Array<string>(count).fill('ready_for_development'));
  const sessionIds: string[] = [];
  for (const [index, taskKey] of taskKeys.entries()) {
    if (index % 2 === 0) clock.advance(60_000);
    sessionIds.push((await claim(app, taskKey)).id);
  }
  return { taskKeys, sessionIds };
}

interface Page<Item> {
  nodes: Item[];
  pageInfo: { endCursor: string | null; hasNextPage: boolean };
}

/** Reads all pages, one after the other. */
async function allPages<Item>(ask: (after: string | null) => Promise<Page<Item>>): Promise<Item[][]> {
  const pages: Item[][] = [];
  let page: Page<Item> | undefined;
  do {
    page = await ask(page?.pageInfo.endCursor ?? null);
    pages.push(page.nodes);
  } while (page.pageInfo.hasNextPage);
  return pages;
}

describe.each<[direction: OrderDirection]>([['ASC'], ['DESC']])('sessions in the order %s', (direction) => {
  const inOrder = (items: string[]) => (direction === 'ASC' ? items : items.toReversed());

  it('appear once each if those of a page end before the next page is read', async () => {
    const clock = manualClock();
    await using app = await testApp({ clock });
    const { sessionIds } = await openSessions(app, clock, 7);

    const pages = await allPages(async (after) => {
      const { sessions } = await app.send(SessionsDocument, {
        filter: { active: true },
        orderBy: { field: 'STARTED_AT', direction },
        first: 2,
        after,
      });
      for (const { id } of sessions.nodes) await abandonSession(app, { sessionId: id });
      return sessions;
    });

    expect(pages.map(({ length }) => length)).toEqual([2, 2, 2, 1]);
    expect(pages.flat().map(({ id }) => id)).toEqual(inOrder(sessionIds));
  });

  it('appear once each if the pages are read backwards', async () => {
    const clock = manualClock();
    await using app = await testApp({ clock });
    const { sessionIds } = await openSessions(app, clock, 5);

    const pages = await allPages(async (before) => {
      const { sessions } = await app.send(backwards, { direction, before });
      for (const { id } of sessions.nodes) await abandonSession(app, { sessionId: id });
      const { startCursor, hasPreviousPage } = sessions.pageInfo;
      return { nodes: sessions.nodes, pageInfo: { endCursor: startCursor, hasNextPage: hasPreviousPage } };
    });

    expect(pages.toReversed().map((page) => page.map(({ id }) => id))).toEqual([
      inOrder(sessionIds).slice(0, 1),
      inOrder(sessionIds).slice(1, 3),
      inOrder(sessionIds).slice(3),
    ]);
  });
});

describe('tasks', () => {
  const filter = { status: 'in_development' };

  it('appear once each if those of a page change their status before the next page is read', async () => {
    const clock = manualClock();
    await using app = await testApp({ clock });
    const { taskKeys } = await openSessions(app, clock, 5);

    const pages = await allPages(async (after) => {
      const { tasks } = await app.send(TasksDocument, { filter, first: 2, after });
      for (const { key } of tasks.nodes) await finishTask(app, { taskKey: key });
      return tasks;
    });

    expect(pages.flat().map(({ key }) => key)).toEqual(taskKeys);
  });

  it('cannot continue after a task that another program deleted', async () => {
    const clock = manualClock();
    await using app = await testApp({ clock });
    await openSessions(app, clock, 3);
    const { endCursor } = (await app.send(TasksDocument, { filter, first: 1 })).tasks.pageInfo;
    app.change('PRAGMA foreign_keys = ON; DELETE FROM tasks WHERE id = 1');

    const { errors } = await app.post(TasksDocument.toString(), { filter, first: 1, after: endCursor });

    expect(errors).toMatchObject([
      {
        message: `The item at the cursor '${endCursor}' has been deleted. Start again with the first page`,
        extensions: { code: 'BAD_USER_INPUT' },
      },
    ]);
  });
});

it('the sessions of a task are paginated, most recent first', async () => {
  await using app = await testApp();
  const taskKey = await createTask(app);
  for (let count = 0; count < 5; count += 1)
    await abandonSession(app, { sessionId: (await claim(app, taskKey)).id });

  const pages = await allPages(async (after) => (await app.send(ofTask, { taskKey, after })).task.sessions);

  expect(pages).toEqual([
    [{ id: 'TaskSession:5' }, { id: 'TaskSession:4' }],
    [{ id: 'TaskSession:3' }, { id: 'TaskSession:2' }],
    [{ id: 'TaskSession:1' }],
  ]);
});

const backwards = new TypedDocumentString<
  {
    sessions: {
      nodes: { id: string }[];
      pageInfo: { startCursor: string | null; hasPreviousPage: boolean };
    };
  },
  { direction: OrderDirection; before: string | null }
>(`query ($direction: OrderDirection!, $before: String) {
  sessions(
    filter: { active: true }
    orderBy: { field: STARTED_AT, direction: $direction }
    last: 2
    before: $before
  ) {
    nodes { id }
    pageInfo { startCursor hasPreviousPage }
  }
}`);

const ofTask = new TypedDocumentString<
  { task: { sessions: Page<{ id: string }> } },
  { taskKey: string; after: string | null }
>(`query ($taskKey: String!, $after: String) {
  task(key: $taskKey) {
    sessions(first: 2, after: $after) {
      nodes { id }
      pageInfo { endCursor hasNextPage }
    }
  }
}`);
