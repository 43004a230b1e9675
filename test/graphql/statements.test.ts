import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  BoardDocument,
  ClaimTaskDocument,
  FinishTaskDocument,
  SessionsDocument,
  TaskStoryDocument,
} from '../../src/client/generated/graphql.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { claim, createTask, createTasks } from '../support/tasks.ts';

/** The number of statements for each response. It must not depend on the size of the response. */
async function statementsOf(app: TestApp, request: () => Promise<unknown>): Promise<number> {
  app.statements.length = 0;
  await request();
  return app.statements.length;
}

/** Epics with a feature with three tasks each: one done twice, one in progress, one not started. */
async function work(app: TestApp, epics: number): Promise<void> {
  for (let epic = 0; epic < epics; epic += 1) {
    const [done = '', open = ''] = await createTasks(app, Array<string>(3).fill('ready_for_development'));
    for (let round = 0; round < 2; round += 1) {
      await claim(app, done);
      await app.send(FinishTaskDocument, { input: { taskKey: done } });
    }
    await claim(app, open);
  }
}

describe('the number of statements does not grow with the answer', () => {
  let small: TestApp;
  let large: TestApp;
  beforeAll(async () => {
    [small, large] = await Promise.all([testApp(), testApp()]);
    await work(small, 1);
    await work(large, 11);
  });
  afterAll(() => Promise.all([small, large].map((app) => app[Symbol.asyncDispose]())));

  it.each<[string, (app: TestApp) => Promise<unknown>]>([
    ['a page of sessions with their tasks', (app) => app.send(SessionsDocument, { first: 100 })],
    ['the board', (app) => app.send(BoardDocument)],
    ['a task with its history', (app) => app.send(TaskStoryDocument, { key: 'T-E01-F01-001' })],
    [
      'tasks with all their relations',
      async (app) => {
        const { errors } = await app.post(`{
          tasks(first: 100) {
            totalCount
            nodes {
              key
              feature { key epic { key title } }
              activeSession { id agentId task { key status } }
              sessionSummary { count totalMinutes completionRatePct }
              sessions(first: 5) { totalCount nodes { id agentId task { key } } }
              history { toStatus at }
              notes { type }
            }
          }
        }`);
        expect(errors).toBeUndefined();
      },
    ],
    [
      'epics with features, tasks and sessions',
      async (app) => {
        const { errors } = await app.post(`{
          epics { key features { key tasks(first: 50) { nodes { key sessions(first: 5) { nodes { id } } } } } }
        }`);
        expect(errors).toBeUndefined();
      },
    ],
  ])('%s', async (_name, request) => {
    const few = await statementsOf(small, () => request(small));
    const many = await statementsOf(large, () => request(large));
    expect(few).toBeGreaterThan(0);
    expect(many).toBe(few);
  });

  it('the count is correct: ten requests take ten times as many', async () => {
    await using app = await testApp();
    const key = await createTask(app);
    const request = () => app.send(TaskStoryDocument, { key });
    const one = await statementsOf(app, request);
    const ten = await statementsOf(app, async () => {
      for (let count = 0; count < 10; count += 1) await request();
    });
    expect(ten).toBe(10 * one);
  });
});

describe('claims', () => {
  const aroundOperations = new Set(['BEGIN IMMEDIATE', 'SAVEPOINT operation', 'RELEASE operation', 'COMMIT']);
  const claimOf = (app: TestApp, taskKey: string) =>
    app.post(ClaimTaskDocument.toString(), { input: { taskKey, agentId: taskKey } });

  it('are answered from the rows of four statements', async () => {
    await using app = await testApp();
    const key = await createTask(app);
    app.statements.length = 0;
    expect(await claimOf(app, key)).toMatchObject({ data: { claimTask: { session: { task: { key } } } } });

    expect(app.statements.filter((sql) => !aroundOperations.has(sql))).toHaveLength(4);
    expect(app.statements.at(-1)).toBe('COMMIT');
  });

  it('that come together are committed once', async () => {
    await using app = await testApp();
    const keys = await createTasks(app, Array<string>(8).fill('ready_for_development'));
    app.statements.length = 0;
    const answers = await Promise.all(keys.map((key) => claimOf(app, key)));

    for (const [index, key] of keys.entries())
      expect(answers[index]).toMatchObject({ data: { claimTask: { task: { key, assignedAgent: key } } } });
    expect(app.statements.filter((sql) => sql === 'COMMIT')).toHaveLength(1);
    expect(app.statements.filter((sql) => sql === 'SAVEPOINT operation')).toHaveLength(7);
  });
});
