import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it, onTestFinished } from 'vitest';
import { databaseTime } from '../../src/db/database-time.ts';
import { type Database, openDatabase } from '../../src/db/database.ts';
import { migrate } from '../../src/db/migrate.ts';
import { type SessionFilter, sessionMatcher, sessionsWhere } from '../../src/sessions/filter.ts';
import { manualClock } from '../support/manual-clock.ts';
import { migrationsFolder, temporaryFolder } from '../support/shark-databases.ts';

const clock = manualClock();
const agents = ['ada', 'bob'];
const agentTypes = ['backend', 'frontend', null];
const phases = ['development', 'review'];
const outcomes = ['completed', 'rejected', 'blocked', 'abandoned'] as const;
const day = (number: number) => new Date(Date.UTC(2026, 0, number));
/** When a session ended that started then. */
const minuteAfter = (instant: Date) => new Date(instant.getTime() + 60_000);

/** Sixty sessions that differ in everything they can be chosen by, on tasks some of which belong to nothing. */
async function openFilled(): Promise<Database> {
  const database = await openDatabase({
    file: join(temporaryFolder(), 'shark.db'),
    clock,
    onError: () => {},
    async prepare(connection) {
      await migrate({ connection, folder: migrationsFolder, clock });
      connection.pragma('foreign_keys = OFF');
      connection.exec(`
        INSERT INTO epics (id, key, title, status, priority)
        VALUES (1, 'E01', 'One', 'active', 'medium'), (2, 'E02', 'Two', 'active', 'medium');
        INSERT INTO features (id, epic_id, key, title, status)
        VALUES (1, 1, 'E01-F01', 'One', 'active'), (2, 2, 'E02-F01', 'Two', 'active'), (3, 99, 'E99-F01', 'No epic', 'active')`);
      const insertTask = connection.prepare(
        `INSERT INTO tasks (id, feature_id, key, title, status) VALUES (?, ?, ?, 'Work', 'in_development')`,
      );
      const insertSession = connection.prepare(
        `INSERT INTO task_sessions (task_id, agent_id, agent_type, phase, claimed_from, claimed_to, started_at, ended_at, outcome)
         VALUES (?, ?, ?, ?, 'ready_for_development', 'in_development', ?, ?, ?)`,
      );
      for (let number = 1; number <= 60; number += 1) {
        const feature = [1, 2, 3, 98][number % 4] ?? 1;
        insertTask.run(number, feature, `T-E0${feature}-F01-${String(number).padStart(3, '0')}`);
        const startedAt = day(1 + (number % 9));
        const outcome = number % 5 === 0 ? undefined : outcomes[number % 4];
        insertSession.run(
          number,
          agents[number % 2],
          agentTypes[number % 3],
          phases[Math.floor(number / 3) % 2],
          databaseTime(startedAt),
          outcome === undefined ? null : databaseTime(minuteAfter(startedAt)),
          outcome ?? null,
        );
      }
    },
  });
  onTestFinished(() => database.close());
  return database;
}

const choice = <Value>(...values: Value[]) =>
  fc.option(fc.constantFrom(...values), { nil: undefined, freq: 2 });

const filters: fc.Arbitrary<SessionFilter> = fc.oneof(
  fc.record({
    taskKey: choice('T-E01-F01-004', 'e02-f01-001', 'T-E01-F01-999'),
    epicKey: choice('E01', 'e02', 'E99'),
    featureKey: choice('E01-F01', 'E02-F01', 'E99-F01'),
    agentId: choice(...agents, 'nobody'),
    agentType: choice('backend', 'frontend'),
    phase: choice(...phases),
    since: choice(day(1), day(4)),
    until: choice(day(5), day(9)),
  }),
  fc.record({ agentId: choice(...agents), outcome: choice(...outcomes), phase: choice(...phases) }),
  fc.record({
    agentId: choice(...agents),
    endedSince: choice(day(3), minuteAfter(day(4))),
    endedUntil: choice(day(6), minuteAfter(day(7))),
  }),
  fc.record({ epicKey: choice('E01', 'E02'), active: choice(true, false, null), since: choice(day(3)) }),
);

it('a session that was read is chosen exactly when the database would choose it', async () => {
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
  // Else all filters chose nothing, or everything.
  expect(counts.size).toBeGreaterThan(8);
});
