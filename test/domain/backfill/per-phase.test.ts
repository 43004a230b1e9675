import type { Connection } from '../../../src/db/sqlite/driver.ts';
import { describe, expect, it } from 'vitest';
import { backFill } from '../../../src/domain/backfill/backfill.ts';
import { migrate } from '../../../src/db/sqlite/migrate.ts';
import expectations from '../../fixtures/backfill-per-phase.json' with { type: 'json' };
import { manualClock } from '../../support/manual-clock.ts';
import { createDatabaseFrom, migrationsFolder, open, readFixture } from '../../support/shark-databases.ts';
import { defaultWorkflow } from '../workflow/workflows.ts';

interface PhaseRow {
  phase: string;
  sessions: number;
  average_minutes: number;
}

/** Durations are stored with three decimals. */
function expectSame(found: readonly PhaseRow[], expected: readonly PhaseRow[]): void {
  expect(found.map(({ phase, sessions }) => [phase, sessions])).toEqual(
    expected.map(({ phase, sessions }) => [phase, sessions]),
  );
  for (const [index, { average_minutes }] of expected.entries())
    expect(Math.abs((found[index]?.average_minutes ?? Number.NaN) - average_minutes)).toBeLessThan(0.001);
}

describe.each(expectations)('of $about', ({ fixtures, perPhase }) => {
  const byHand = (connection: Connection) =>
    connection.prepare<[], PhaseRow>(readFixture('backfill-per-phase.sql')).all();

  it('the hand-written query returns the expected numbers', () => {
    expectSame(byHand(open(createDatabaseFrom(fixtures))), perPhase);
  });

  it('the sessions of each phase have the count and average of the hand-written query', async () => {
    const connection = open(createDatabaseFrom(fixtures));
    const expected = byHand(connection);
    await migrate({ connection, folder: migrationsFolder, clock: manualClock() });

    const report = await backFill({ connection, workflow: defaultWorkflow, dryRun: false });

    const recorded = connection
      .prepare<[], PhaseRow>(
        `SELECT phase, COUNT(*) AS sessions, AVG(duration_minutes) AS average_minutes
         FROM task_sessions WHERE ended_at IS NOT NULL GROUP BY phase`,
      )
      .all();
    const inOrder = expected.flatMap(({ phase }) => recorded.filter((row) => row.phase === phase));
    expect(recorded).toHaveLength(expected.length);
    expectSame(inOrder, expected);
    expectSame(
      report.phases.map(({ phase, count, averageMinutes }) => ({
        phase,
        sessions: count,
        average_minutes: averageMinutes,
      })),
      expected,
    );
  });
});
