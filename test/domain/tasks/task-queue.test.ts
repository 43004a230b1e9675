import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { endOfTime } from '../../../src/db/sqlite/database-time.ts';
import { type Connection, openConnection } from '../../../src/db/sqlite/driver.ts';
import { inspectTables } from '../../../src/db/sqlite/inspect-tables.ts';
import { migrate, migrationsFolder } from '../../../src/db/sqlite/migrate.ts';
import { preparedStatements } from '../../../src/db/sqlite/prepared-statements.ts';
import { statementsOn } from '../../../src/db/sqlite/statements-on.ts';
import { findNextTask } from '../../../src/domain/tasks/next-task.ts';
import { loadWorkflow } from '../../../src/domain/workflow/load.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { createSharkDatabase } from '../../support/shark-databases.ts';
import { createMigratedDatabase } from '../../support/migrated-database.ts';

let folder: string;
let connection: Connection;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'shark-queue-'));
  const file = join(folder, 'shark.db');
  await createMigratedDatabase(file);
  connection = openConnection(file);
  connection.pragma('synchronous = OFF');
  connection.exec(`
    INSERT INTO epics (id, key, title, status, priority) VALUES (1, 'E01', 'One', 'active', 'medium'), (2, 'E02', 'Two', 'active', 'low');
    INSERT INTO features (id, epic_id, key, title, status) VALUES (1, 1, 'E01-F01', 'One', 'active'), (2, 2, 'E02-F01', 'Two', 'active');
  `);
});

afterEach(() => {
  connection.close();
  rmSync(folder, { recursive: true });
});

const ids = fc.integer({ min: 1, max: 8 });
const statuses = fc.constantFrom(
  'draft',
  'ready_for_development',
  'in_development',
  'ready_for_code_review',
  'in_code_review',
  'completed',
  'unknown',
);
const times = fc.oneof(
  fc.constantFrom(
    '2026-01-11T10:00:00.000+00:00',
    '2026-01-11 10:00:00',
    '2026-01-11T12:00:00+02:00',
    '2026-01-10 09:00:00.5',
    '2026-01-11 13:00:00.5 +0330 +0330 m=+1.5',
    1_768_125_600,
    1_768_125_601_000,
    '0001-01-01 00:00:00+00:00',
    '',
    'not a time',
  ),
  fc.integer({ min: 0, max: 60 }).map((minute) => `2026-01-11 11:${String(minute).padStart(2, '0')}:00`),
);
const order = fc.option(fc.integer({ min: -2, max: 3 }), { nil: null });

/** A change that any program can make. */
type Change = readonly [sql: string, ...parameters: (string | number | null)[]];

const changes: fc.Arbitrary<Change> = fc.oneof(
  fc.tuple(ids, fc.integer({ min: 1, max: 2 }), statuses, order, fc.integer({ min: 1, max: 3 }), times).map(
    ([id, feature, status, executionOrder, priority, at]): Change => [
      `INSERT OR REPLACE INTO tasks (id, feature_id, key, title, status, execution_order, priority, created_at)
         VALUES (?, ?, 'T-' || ?, 'A task', ?, ?, ?, ?)`,
      id,
      feature,
      id,
      status,
      executionOrder,
      priority,
      at,
    ],
  ),
  fc
    .tuple(statuses, ids)
    .map(([status, id]): Change => ['UPDATE tasks SET status = ? WHERE id = ?', status, id]),
  fc
    .tuple(order, fc.integer({ min: 1, max: 3 }), ids)
    .map(
      ([executionOrder, priority, id]): Change => [
        'UPDATE tasks SET execution_order = ?, priority = ? WHERE id = ?',
        executionOrder,
        priority,
        id,
      ],
    ),
  fc.tuple(times, ids).map(([at, id]): Change => ['UPDATE tasks SET created_at = ? WHERE id = ?', at, id]),
  fc
    .tuple(ids, ids)
    .map(([needed, id]): Change => ['UPDATE tasks SET depends_on = ? WHERE id = ?', `["T-${needed}"]`, id]),
  ids.map((id): Change => ['DELETE FROM tasks WHERE id = ?', id]),
  fc
    .tuple(fc.integer({ min: 1, max: 30 }), ids, statuses, times)
    .map(
      ([id, taskId, status, at]): Change => [
        'INSERT OR IGNORE INTO task_history (id, task_id, new_status, timestamp) SELECT ?, id, ?, ? FROM tasks WHERE id = ?',
        id,
        status,
        at,
        taskId,
      ],
    ),
  fc
    .tuple(times, fc.integer({ min: 1, max: 30 }))
    .map(([at, id]): Change => ['UPDATE task_history SET timestamp = ? WHERE id = ?', at, id]),
  fc.integer({ min: 1, max: 30 }).map((id): Change => ['DELETE FROM task_history WHERE id = ?', id]),
  ids.map(
    (id): Change => [
      `INSERT OR IGNORE INTO task_sessions (task_id, agent_id, phase, claimed_from, claimed_to, started_at)
       SELECT id, 'agent', 'any', status, status, '2026-01-11T10:00:00.000+00:00' FROM tasks WHERE id = ?`,
      id,
    ],
  ),
  ids.map(
    (id): Change => [
      `UPDATE task_sessions SET ended_at = '2026-01-11T11:00:00.000+00:00', outcome = 'completed'
       WHERE task_id = ? AND ended_at IS NULL`,
      id,
    ],
  ),
  ids.map((id): Change => ['DELETE FROM task_sessions WHERE task_id = ?', id]),
);

it('the queue names the same task as a sort of all tasks, whatever another program changes', async () => {
  const { workflow } = await loadWorkflow(undefined, 'use-built-in');
  const database = statementsOn(preparedStatements(connection));
  const next = (epicKey: string | undefined, hasTaskQueue: boolean) =>
    findNextTask(database, workflow, { epicKey }, { hasTaskSessions: true, hasTaskQueue });

  await fc.assert(
    fc.asyncProperty(fc.array(changes, { minLength: 5, maxLength: 40 }), async (all) => {
      connection.exec('DELETE FROM task_sessions; DELETE FROM task_history; DELETE FROM tasks;');
      for (const [sql, ...parameters] of all) {
        connection.prepare(sql).run(...parameters);
        for (const epicKey of [undefined, 'E02'])
          expect(await next(epicKey, true)).toBe(await next(epicKey, false));
      }
    }),
    { numRuns: 60, seed: 14 },
  );
});

it('a migration corrects the order of tasks with times that an earlier version could not read', async () => {
  const adopted = openConnection(createSharkDatabase('recent'));
  adopted.exec(`
    DELETE FROM task_history;
    UPDATE tasks SET created_at = '2026-01-18 10:00:00 +0000 UTC';
    INSERT INTO task_history (task_id, new_status, timestamp) SELECT id, status, '' FROM tasks WHERE id = 2;
    INSERT INTO task_history (task_id, new_status, timestamp) SELECT id, status, 1795942800 FROM tasks WHERE id = 3;`);

  await migrate({ connection: adopted, folder: migrationsFolder, clock: manualClock() });

  const waiting = adopted
    .prepare('SELECT task_id, waiting_since FROM task_queue WHERE task_id <= 3')
    .raw()
    .all();
  adopted.close();
  expect(waiting).toEqual([
    [1, Date.parse('2026-01-18T10:00:00Z')],
    [2, endOfTime],
    [3, 1_795_942_800_000],
  ]);
});

it('a database whose queue has lost a trigger is not trusted', () => {
  expect(inspectTables(connection).hasTaskQueue).toBe(true);
  connection.exec('DROP TRIGGER task_queue_task_updated');
  expect(inspectTables(connection).hasTaskQueue).toBe(false);
});
