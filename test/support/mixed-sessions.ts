import { join } from 'node:path';
import type { Database } from '../../src/db/database.ts';
import { migrate } from '../../src/db/sqlite/migrate.ts';
import { openDatabase } from '../../src/db/sqlite/open-database.ts';
import type { Clock } from '../../src/shared/clock.ts';
import { migrationsFolder, temporaryFolder } from './shark-databases.ts';
import type { Connection } from '../../src/db/sqlite/driver.ts';
import fc from 'fast-check';
import type { SessionFilter } from '../../src/domain/sessions/filter.ts';

/** One agent id equals an agent type, but has another type or none. */
const agents = ['ada', 'bob', 'backend'];
const agentTypes = ['backend', 'frontend', null];
const phases = ['development', 'review'];
const outcomes = ['completed', 'rejected', 'blocked', 'abandoned'] as const;
const day = (number: number) => new Date(Date.UTC(2026, 0, number));
const secondsAfter = (instant: Date, seconds: number) => new Date(instant.getTime() + seconds * 1_000);
/** The end time of every third session. */
const minuteAfter = (instant: Date) => secondsAfter(instant, 60);

/** Opens a new database with the sessions below. */
export function openMixedSessions(clock: Clock): Promise<Database> {
  return openDatabase({
    file: join(temporaryFolder(), 'shark.db'),
    clock,
    onError: () => {},
    async prepare(connection) {
      await migrate({ connection, folder: migrationsFolder, clock });
      fillMixedSessions(connection);
    },
  });
}

/** Sixty sessions that differ in every field that has a filter. Some of their tasks have no feature or epic. */
export function fillMixedSessions(connection: Connection): void {
  connection.pragma('foreign_keys = OFF');
  connection.exec(`
    INSERT INTO epics (id, key, title, status, priority)
    VALUES (1, 'E01', 'One', 'active', 'medium'), (2, 'E02', 'Two', 'active', 'medium'), (3, 'E03', 'None', 'active', 'medium');
    INSERT INTO features (id, epic_id, key, title, status)
    VALUES (1, 1, 'E01-F01', 'One', 'active'), (2, 2, 'E02-F01', 'Two', 'active'), (3, 99, 'E99-F01', 'No epic', 'active');
    INSERT INTO tasks (id, feature_id, key, title, status)
    VALUES (999, 1, 'T-E01-F01-999', 'No sessions', 'in_development')`);
  const insertTask = connection.prepare(
    `INSERT INTO tasks (id, feature_id, key, title, status) VALUES (?, ?, ?, 'Work', 'in_development')`,
  );
  const insertSession = connection.prepare(
    `INSERT INTO task_sessions (task_id, agent_id, agent_type, phase, claimed_from, claimed_to, started_at, ended_at, outcome)
     VALUES (?, ?, ?, ?, 'ready_for_development', 'in_development', ?, ?, ?)`,
  );
  const text = (instant: Date) => instant.toISOString().replace('Z', '+00:00');
  for (let number = 1; number <= 60; number += 1) {
    const feature = [1, 2, 3, 98][number % 4] ?? 1;
    insertTask.run(number, feature, `T-E0${feature}-F01-${String(number).padStart(3, '0')}`);
    const startedAt = day(1 + (number % 9));
    const outcome = number % 5 === 0 ? undefined : outcomes[number % 4];
    insertSession.run(
      number,
      agents[Math.floor(number / 7) % 3],
      agentTypes[number % 3],
      phases[Math.floor(number / 3) % 2],
      text(startedAt),
      outcome === undefined
        ? null
        : text(number % 3 === 0 ? minuteAfter(startedAt) : secondsAfter(startedAt, number * 123.456)),
      outcome ?? null,
    );
  }
}

const choice = <Value>(...values: Value[]) =>
  fc.option(fc.constantFrom(...values), { nil: undefined, freq: 2 });

/** An agent id, an agent type, both, or neither. */
const agentOrType = choice('ada', 'frontend', 'backend', 'nobody');

/** Filters for these sessions. Some select nothing. */
export const filters: fc.Arbitrary<SessionFilter> = fc.oneof(
  fc.record({
    taskKey: choice('T-E01-F01-004', 'e02-f01-001', 'T-E01-F01-999'),
    epicKey: choice('E01', 'e02', 'E03'),
    featureKey: choice('E01-F01', 'E02-F01', 'E99-F01'),
    agent: agentOrType,
    agentId: choice(...agents, 'nobody'),
    agentType: choice('backend', 'frontend'),
    phase: choice(...phases),
    since: choice(day(1), day(4)),
    until: choice(day(5), day(9)),
  }),
  fc.record({ agent: agentOrType, agentId: choice(...agents), agentType: choice('backend', 'frontend') }),
  fc.record({ agentId: choice(...agents), outcome: choice(...outcomes), phase: choice(...phases) }),
  fc.record({
    agent: agentOrType,
    endedSince: choice(day(3), minuteAfter(day(4))),
    endedUntil: choice(day(6), minuteAfter(day(7))),
  }),
  fc.record({
    epicKey: choice('E01', 'E02'),
    agent: agentOrType,
    active: choice(true, false, null),
    since: choice(day(3)),
  }),
);
