import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it, onTestFinished } from 'vitest';
import type { Database } from '../../../src/db/database.ts';
import { openDatabase } from '../../../src/db/sqlite/open-database.ts';
import { migrate } from '../../../src/db/sqlite/migrate.ts';
import { sessionMatcher, sessionsWhere } from '../../../src/domain/sessions/filter.ts';
import { sessionFilterFields } from '../../../src/domain/sessions/filter-fields.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { fillMixedSessions, filters } from '../../support/mixed-sessions.ts';
import { migrationsFolder, temporaryFolder } from '../../support/shark-databases.ts';

const clock = manualClock();
/** A database with sessions of every kind. */
async function openFilled(): Promise<Database> {
  const database = await openDatabase({
    file: join(temporaryFolder(), 'shark.db'),
    clock,
    onError: () => {},
    async prepare(connection) {
      await migrate({ connection, folder: migrationsFolder, clock });
      fillMixedSessions(connection);
    },
  });
  onTestFinished(() => database.close());
  return database;
}

it('a filter selects the same sessions in memory as in the database', async () => {
  const { read } = await openFilled();
  const rows = await read.taskSession.findMany({
    include: { task: { select: { id: true, key: true, featureId: true } } },
  });
  const features = new Map((await read.feature.findMany()).map((feature) => [feature.id, feature]));
  const epics = new Map((await read.epic.findMany()).map((epic) => [epic.id, epic.key]));
  const facts = rows.map(({ task, ...session }) => {
    const feature = features.get(task.featureId);
    return {
      ...session,
      taskKey: task.key,
      featureKey: feature?.key ?? null,
      epicKey: feature === undefined ? null : (epics.get(feature.epicId) ?? null),
    };
  });
  const counts = new Set<number>();

  await fc.assert(
    fc.asyncProperty(filters, async (filter) => {
      const where = sessionsWhere(filter, clock.now());
      const chosen = await read.$queryRaw<{ id: bigint }[]>`
        SELECT session.id AS id FROM task_sessions session WHERE ${where} ORDER BY session.id`;
      expect(facts.filter(sessionMatcher(filter)).map(({ id }) => id)).toEqual(
        chosen.map(({ id }) => Number(id)),
      );
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
