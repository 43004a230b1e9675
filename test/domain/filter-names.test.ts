import { describe, expect, it } from 'vitest';
import { SessionsDocument } from '../../src/client/generated/graphql.ts';
import { nearestNames } from '../../src/domain/filter-names.ts';
import { testApp, type TestApp } from '../support/app.ts';
import { abandonStaleSessions } from '../support/mutations.ts';
import { createSharkDatabase } from '../support/shark-databases.ts';
import { claim, createTask } from '../support/tasks.ts';

async function errorsOf(app: TestApp, query: string): Promise<string[] | undefined> {
  const { errors } = await app.post(`{ ${query} { totalCount } }`);
  return errors?.map(({ message }) => message);
}

async function appWithTask(): Promise<TestApp> {
  const app = await testApp();
  await claim(app, await createTask(app));
  return app;
}

describe('a name that the workflow does not have', () => {
  it.each([
    ['a status of a task', "UPDATE tasks SET status = 'doing'", 'tasks(filter: { status: "doing" })'],
    [
      'an earlier status of a task',
      "INSERT INTO task_history (task_id, old_status, new_status) VALUES (1, NULL, 'doing')",
      'tasks(filter: { status: "doing" })',
    ],
    [
      'a status that a task has left',
      "INSERT INTO task_history (task_id, old_status, new_status) VALUES (1, 'doing', 'completed')",
      'agingWork(filter: { status: "doing" })',
    ],
    [
      'the phase of an open session',
      "UPDATE task_sessions SET phase = 'drafting'",
      'sessions(filter: { phase: "drafting" })',
    ],
    [
      'the phase of an ended session',
      `UPDATE task_sessions SET phase = 'drafting', ended_at = started_at, outcome = 'completed',
        closed_from = 'in_development', closed_to = 'completed'`,
      'sessions(filter: { phase: "drafting" })',
    ],
  ])('is accepted as %s', async (_name, sql, query) => {
    await using app = await appWithTask();
    expect(await errorsOf(app, query)).toEqual([expect.stringMatching(/^There is no (status|phase) '/)]);
    app.change(sql);
    expect(await errorsOf(app, query)).toBeUndefined();
  });

  it('is accepted as the phase of statuses without a phase', async () => {
    await using app = await appWithTask();
    expect(await errorsOf(app, 'sessions(filter: { phase: "any" })')).toBeUndefined();
  });

  it('is suggested if only the database has it', async () => {
    await using app = await appWithTask();
    app.change("UPDATE tasks SET status = 'doing'");
    expect(await errorsOf(app, 'tasks(filter: { status: "dooing" })')).toEqual([
      "There is no status 'dooing'. Did you mean 'doing'?",
    ]);
  });

  it('gets all names as the suggestion if none is similar', async () => {
    await using app = await appWithTask();
    expect(await errorsOf(app, 'sessions(filter: { phase: "nonsense" })')).toEqual([
      "There is no phase 'nonsense'. Use one of planning, development, review, qa, approval, done, any",
    ]);
  });
});

it('names are checked in a database without sessions, too', async () => {
  await using app = await testApp({
    config: { databaseFile: createSharkDatabase('recent'), migrate: false },
  });
  expect(await errorsOf(app, 'sessions(filter: { phase: "reviev" })')).toEqual([
    "There is no phase 'reviev'. Did you mean 'review'?",
  ]);
  expect(await abandonStaleSessions(app, { staleAfter: '4h', filter: { phase: 'reviev' } })).toMatchObject({
    __typename: 'InvalidInputError',
    field: 'phase',
  });
});

it('a missing key is an error with the key', async () => {
  await using app = await appWithTask();
  const { errors } = await app.post('{ sessions(filter: { featureKey: "e01-f77-tokens" }) { totalCount } }');
  expect(errors).toMatchObject([
    {
      message: "There is no feature 'E01-F77'. Check the key, or create the feature with createFeature first",
      path: ['sessions'],
      extensions: { code: 'FEATURE_NOT_FOUND', featureKey: 'E01-F77' },
    },
  ]);
});

it('names that exist but do not belong together select nothing', async () => {
  await using app = await appWithTask();
  app.change(
    "INSERT INTO epics (key, title, status, priority) VALUES ('E02', 'Another', 'active', 'medium')",
  );
  expect(
    await app.post('{ sessions(filter: { epicKey: "E02", featureKey: "E01-F01" }) { totalCount } }'),
  ).toEqual({ data: { sessions: { totalCount: 0 } } });
});

it.each([
  [{}, 0],
  [{ agent: 'backend', active: true }, 0],
  [{ phase: 'review' }, 0],
  [{ epicKey: 'E01' }, 1],
  [{ epicKey: 'E01', featureKey: 'E01-F01', taskKey: 'T-E01-F01-001', phase: 'qa' }, 3],
])('the check of %j needs %i statements, each of which reads a row by its key', async (filter, count) => {
  await using app = await appWithTask();
  app.statements.length = 0;
  await app.send(SessionsDocument, { filter: { ...filter, active: true } });
  const lookups = app.statements.filter((sql) => sql.startsWith('select "id" from'));
  expect(lookups).toHaveLength(count);
  for (const sql of lookups) {
    const plan = app.rows(`EXPLAIN QUERY PLAN ${sql}`, 'x').map(({ detail }) => detail);
    expect(plan).toEqual([expect.stringMatching(/^SEARCH \w+ USING COVERING INDEX .* \(key=\?\)$/)]);
  }
});

it('finds phases of sessions and statuses of tasks in an index', async () => {
  await using app = await appWithTask();
  app.statements.length = 0;
  await errorsOf(app, 'sessions(filter: { phase: "nonsense" })');
  await errorsOf(app, 'tasks(filter: { status: "nonsense" })');
  const plans = app.statements
    .filter((sql) => sql.startsWith('select "id" from'))
    .map((sql) =>
      app.rows(
        `EXPLAIN QUERY PLAN ${sql}`,
        ...sql
          .split('?')
          .slice(1)
          .map(() => 'x'),
      ),
    )
    .map((plan) => plan.map(({ detail }) => String(detail)));
  expect(plans.flat().filter((step) => /^(SEARCH|SCAN)/.test(step))).toEqual([
    expect.stringMatching(/^SEARCH task_sessions USING .*INDEX idx_task_sessions_ended_by_phase \(phase=\?/),
    expect.stringMatching(/^SCAN task_sessions USING INDEX idx_task_sessions_active_/),
    expect.stringMatching(/^SEARCH tasks USING .*INDEX idx_tasks_status\w* \(status=\?\)/),
  ]);
});

describe('nearestNames', () => {
  const statuses = ['in_development', 'in_code_review', 'in_qa', 'ready_for_development', 'ready_for_qa'];

  it.each([
    ['in_developement', ['in_development']],
    ['IN-DEVELOPMENT', ['in_development']],
    ['ready_for_q', ['ready_for_qa']],
    ['in_aq', ['in_qa']],
    ['development', ['in_development']],
    ['todo', []],
    ['', []],
  ])('of %j are %j', (name, nearest) => {
    expect(nearestNames(name, statuses)).toEqual(nearest);
  });

  it('are at most three, nearest first', () => {
    expect(nearestNames('abcdef', ['abcxyf', 'abcdxf', 'abcdef', 'xbcdef', 'abcdef'])).toEqual([
      'abcdef',
      'abcdxf',
      'xbcdef',
    ]);
  });

  it('are found quickly for a very long name', () => {
    expect(nearestNames('x'.repeat(10_000), statuses)).toEqual([]);
  });
});
