import fc from 'fast-check';
import { sql } from 'kysely';
import { expect, it, onTestFinished } from 'vitest';
import type { Database } from '../../../src/db/database.ts';
import { sessionMatcher, sessionsWhere } from '../../../src/domain/sessions/filter.ts';
import { sessionFilterFields } from '../../../src/domain/sessions/filter-fields.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { openMixedSessions, filters } from '../../support/mixed-sessions.ts';

const clock = manualClock();
/** A database with sessions of every kind. */
async function openFilled(): Promise<Database> {
  const database = await openMixedSessions(clock);
  onTestFinished(() => database.close());
  return database;
}

it('a filter selects the same sessions in memory as in the database', async () => {
  const { read } = await openFilled();
  const rows = await read
    .selectFrom('task_sessions as session')
    .innerJoin('tasks as task', 'task.id', 'session.task_id')
    .leftJoin('features as feature', 'feature.id', 'task.feature_id')
    .leftJoin('epics as epic', 'epic.id', 'feature.epic_id')
    .selectAll('session')
    .select(['task.key as taskKey', 'feature.key as featureKey', 'epic.key as epicKey'])
    .execute();
  const facts = rows.map((row) => ({
    id: row.id,
    agentId: row.agent_id,
    agentType: row.agent_type,
    phase: row.phase,
    startedAt: new Date(row.started_at),
    endedAt: row.ended_at === null ? null : new Date(row.ended_at),
    outcome: row.outcome,
    taskKey: row.taskKey,
    featureKey: row.featureKey,
    epicKey: row.epicKey,
  }));
  const counts = new Set<number>();

  await fc.assert(
    fc.asyncProperty(filters, async (filter) => {
      const where = sessionsWhere(filter, clock.now());
      const { rows: chosen } = await sql<{ id: number }>`
        SELECT session.id AS id FROM task_sessions session WHERE ${where} ORDER BY session.id`.execute(read);
      expect(facts.filter(sessionMatcher(filter)).map(({ id }) => id)).toEqual(chosen.map(({ id }) => id));
      counts.add(chosen.length);
    }),
    { numRuns: 300 },
  );
  // Otherwise every filter selected no sessions or all of them.
  expect(counts.size).toBeGreaterThan(8);
});

it('each field of the filter is declared with its own name', () => {
  const nameOf = ({ name }: { name: string }) => name;
  const names = sessionFilterFields({
    text: nameOf,
    outcome: nameOf,
    flag: nameOf,
    duration: nameOf,
    instant: nameOf,
  });
  expect(Object.values(names)).toEqual(Object.keys(names));
});
