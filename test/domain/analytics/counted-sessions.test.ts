import { expect, it } from 'vitest';
import { type Queries, queries } from '../../../src/worker/queries.ts';
import { type AnalyticsDatabase, openAnalyticsDatabase } from '../../support/analytics-database.ts';

const hour = (of: number) => `2026-01-05T${String(of).padStart(2, '0')}:00:00.000+00:00`;

/** An open development session on each of the first three tasks. */
async function threeAtWork(): Promise<AnalyticsDatabase> {
  const database = await openAnalyticsDatabase();
  for (const task of [1, 2, 3])
    database.connection.exec(
      `INSERT INTO task_sessions (task_id, agent_id, phase, claimed_from, claimed_to, started_at)
       VALUES (${task}, 'ada', 'development', 'ready_for_development', 'in_development', '${hour(task)}')`,
    );
  return database;
}

function close({ connection }: AnalyticsDatabase, id: number, outcome = 'completed', endedAt = hour(9)) {
  connection.exec(
    `UPDATE task_sessions SET ended_at = '${endedAt}', outcome = '${outcome}', closed_to = 'in_development' WHERE id = ${id}`,
  );
}

function list(
  { ask }: AnalyticsDatabase,
  narrowed: Partial<Parameters<Queries['sessionPage']>[1]>,
): number[] {
  return ask(queries.sessionPage, {
    filter: { active: false },
    orderBy: 'endedAt',
    ascending: true,
    after: undefined,
    atMost: 50,
    ...narrowed,
  });
}

it('the sessions of a count are those that were counted, even if more have ended since', async () => {
  const database = await threeAtWork();
  close(database, 1);
  const { counted, revision } = database.ask(queries.phaseDurations, { filter: {} });
  // This session ended earlier, but was recorded later.
  close(database, 2, 'completed', hour(8));
  close(database, 3);

  expect(counted.find(({ phase }) => phase === 'development')?.statistics.sessions).toBe(1);
  expect(list(database, { revision })).toEqual([1]);
  expect(list(database, {})).toEqual([2, 1, 3]);
});

it('the sessions of a rework count are selected by their rework state at the time of the count', async () => {
  const database = await threeAtWork();
  close(database, 1);
  const { counted, revision } = database.ask(queries.firstPasses, { filter: {} });
  expect(counted).toEqual([{ phase: 'development', tasks: 1, passed: 1 }]);
  database.connection.exec(
    `INSERT INTO task_sessions (task_id, agent_id, phase, claimed_from, claimed_to, started_at)
     VALUES (1, 'eve', 'review', 'ready_for_code_review', 'in_code_review', '${hour(9)}')`,
  );
  close(database, 4, 'rejected', hour(10));

  expect(list(database, { revision, reworkOutcome: 'passedAtFirst' })).toEqual([1]);
  expect(list(database, { revision, reworkOutcome: 'failedAtFirst' })).toEqual([]);
  expect(list(database, { revision, reworkOutcome: 'rework' })).toEqual([]);
  expect(list(database, { reworkOutcome: 'passedAtFirst' })).toEqual([]);
  // The review session is rework as well, because it was rejected.
  expect(list(database, { reworkOutcome: 'failedAtFirst' })).toEqual([1, 4]);
  expect(list(database, { reworkOutcome: 'rework' })).toEqual([1]);
});

it('backfilled sessions are included in every revision', async () => {
  const database = await openAnalyticsDatabase();
  database.connection.exec(
    `INSERT INTO task_sessions (task_id, agent_id, phase, claimed_from, claimed_to, started_at, ended_at, outcome)
     VALUES (1, 'ada', 'qa', 'ready_for_qa', 'in_qa', '${hour(1)}', '${hour(2)}', 'completed')`,
  );
  const { revision } = database.ask(queries.phaseDurations, { filter: {} });
  expect(list(database, { revision })).toEqual([1]);
});

it('work that was redone at the instant of its rejection is not counted as rework again', async () => {
  const database = await threeAtWork();
  close(database, 1, 'rejected');
  database.connection.exec(
    `INSERT INTO task_sessions (task_id, agent_id, phase, claimed_from, claimed_to, started_at)
     VALUES (1, 'ada', 'development', 'in_development', 'in_development', '${hour(9)}')`,
  );
  close(database, 4);
  expect(database.ask(queries.reworkByAgent, { filter: {} }).counted).toEqual([
    { agentId: 'ada', completed: 1, rework: 0 },
  ]);
});
