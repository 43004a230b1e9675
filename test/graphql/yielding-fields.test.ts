import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/server/config.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { testApp } from '../support/app.ts';
import { createTask } from '../support/tasks.ts';

const { limits } = readConfig({});

/** An app with 400 tasks, each with two sessions, in which heavy operations may work this long in one turn. */
async function filledApp(turnMs: number) {
  const app = await testApp({ clock: systemClock, config: { limits: { ...limits, turnMs } } });
  await createTask(app);
  app.change(`
    WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < 400)
    INSERT INTO tasks (id, feature_id, key, title, status, created_at, updated_at)
    SELECT 1 + n, feature_id, 'T-E01-F01-' || (n + 1), 'Task ' || n, 'in_development', created_at, updated_at
    FROM tasks, number;
    INSERT INTO task_sessions (task_id, agent_id, phase, claimed_from, claimed_to, started_at, ended_at, outcome, notes)
    SELECT tasks.id, 'agent-' || each.column1, 'development', 'ready_for_development', 'in_development',
      '2026-01-11T10:00:00.000+00:00', '2026-01-11T11:00:00.000+00:00', 'completed', 'Note ' || tasks.id
    FROM tasks, (VALUES (1), (2)) AS each`);
  return app;
}

const queries = [
  '{ tasks(first: 400) { nodes { key title sessions(first: 2) { nodes { agentId notes task { key } } } } } }',
  '{ sessions(first: 500) { totalCount edges { cursor node { id notes task { key feature { key epic { key } } } } } } }',
  '{ feature(key: "E01-F01") { key tasks(first: 400) { nodes { key feature { key } sessions(first: 1) { nodes { id } } } } } }',
  '{ a: tasks(first: 300) { nodes { key history { toStatus } notes { content } } } b: sessions(first: 300) { nodes { id task { title } } } }',
  '{ tasks(first: 400) { nodes { key } } missing: task(key: "T-E09-F09-999") { key } sessions(first: 400) { nodes { id phase } } }',
];

describe('a heavy operation', () => {
  it.each(queries)('gets the same answer, however often it yields: %s', async (query) => {
    await using yielding = await filledApp(1);
    await using atOnce = await filledApp(1_000_000);
    const expected = await atOnce.post(query);
    expect(await yielding.post(query)).toEqual(expected);
    expect(expected.data).toBeTruthy();
  });

  it('leaves turns of the event loop to others', async () => {
    await using app = await filledApp(1);
    const turnsOf = async (query: string) => {
      let isRunning = true;
      let turns = 0;
      const answer = app.post(query).finally(() => {
        isRunning = false;
      });
      while (isRunning) {
        await nextTurn();
        turns += 1;
      }
      await answer;
      return turns;
    };
    const [query = ''] = queries;
    // The first execution is slower.
    await turnsOf(query);
    expect(await turnsOf(query)).toBeGreaterThan(10);
  });
});
