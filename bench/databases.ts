import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Connection, openConnection } from '../src/db/sqlite/driver.ts';
import { systemClock } from '../src/shared/clock.ts';
import { migrate } from '../src/db/sqlite/migrate.ts';
import { databaseTime } from '../src/db/sqlite/database-time.ts';

const migrationsFolder = fileURLToPath(new URL('../prisma/migrations', import.meta.url));

/** Creates a database with the server's schema and settings, opened with the bare driver. */
export async function createDatabase(file: string): Promise<Connection> {
  const connection = openAsServer(file);
  await migrate({ connection, folder: migrationsFolder, clock: systemClock });
  return connection;
}

/** The same without the table of sessions. */
export function createDatabaseWithoutSessions(file: string): Connection {
  const connection = openAsServer(file);
  const [first = ''] = readdirSync(migrationsFolder).toSorted();
  connection.exec(readFileSync(join(migrationsFolder, first, 'migration.sql'), 'utf8'));
  return connection;
}

function openAsServer(file: string): Connection {
  const connection = openConnection(file);
  connection.pragma('journal_mode = WAL');
  connection.pragma('synchronous = FULL');
  connection.pragma('foreign_keys = ON');
  return connection;
}

export interface FilledTask {
  id: number;
  key: string;
}

/** Adds a feature with `count` tasks in `ready_for_development`, each with its history. */
export function fillTasks(connection: Connection, count: number): FilledTask[] {
  const now = databaseTime(Date.now());
  const lastTask =
    connection.prepare<[], number>('SELECT COALESCE(MAX(id), 0) FROM tasks').pluck().get() ?? 0;
  const feature = (connection.prepare<[], number>('SELECT COUNT(*) FROM features').pluck().get() ?? 0) + 1;
  const featureKey = `E01-F${String(feature).padStart(2, '0')}`;
  const tasks = Array.from({ length: count }, (_, index) => ({
    id: lastTask + index + 1,
    key: `T-${featureKey}-${String(index + 1).padStart(3, '0')}`,
  }));

  connection.exec(
    `INSERT OR IGNORE INTO epics (id, key, title, status, priority) VALUES (1, 'E01', 'Sign-in', 'active', 'medium')`,
  );
  connection
    .prepare(`INSERT INTO features (id, epic_id, key, title, status) VALUES (?, 1, ?, 'Tokens', 'active')`)
    .run(feature, featureKey);
  const insertTask = connection.prepare(
    `INSERT INTO tasks (id, feature_id, key, title, status, created_at)
     VALUES (?, ?, ?, 'A piece of work', 'ready_for_development', ?)`,
  );
  const insertHistory = connection.prepare(
    `INSERT INTO task_history (task_id, new_status, timestamp) VALUES (?, 'ready_for_development', ?)`,
  );
  connection.transaction(() => {
    for (const { id, key } of tasks) {
      insertTask.run(id, feature, key, now);
      insertHistory.run(id, now);
    }
  })();
  return tasks;
}
