import { createHash, randomUUID } from 'node:crypto';
import type { Connection } from './driver.ts';
import { databaseTime } from './database-time.ts';

/** A row of `_prisma_migrations`, where Prisma records the applied migrations. */
export interface RecordedMigration {
  id: string;
  name: string;
  checksum: string;
  isFinished: 0 | 1;
}

export interface MigrationToRecord {
  name: string;
  sql: string;
  startedAt: Date;
  finishedAt: Date;
}

/** Prisma's SQL for the table `_prisma_migrations`, unchanged. */
const table = `CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
    "id"                    TEXT PRIMARY KEY NOT NULL,
    "checksum"              TEXT NOT NULL,
    "finished_at"           DATETIME,
    "migration_name"        TEXT NOT NULL,
    "logs"                  TEXT,
    "rolled_back_at"        DATETIME,
    "started_at"            DATETIME NOT NULL DEFAULT current_timestamp,
    "applied_steps_count"   INTEGER UNSIGNED NOT NULL DEFAULT 0
)`;

/** Reads the applied migrations from the database. Leaves out migrations that a user marked as rolled back. */
export function readMigrationRecords(connection: Connection): RecordedMigration[] {
  if (!tableNames(connection).includes('_prisma_migrations')) return [];
  return connection
    .prepare<[], RecordedMigration>(
      `SELECT id, migration_name AS name, checksum, finished_at IS NOT NULL AS isFinished
       FROM _prisma_migrations WHERE rolled_back_at IS NULL`,
    )
    .all();
}

/** Records a finished migration as Prisma does. */
export function recordMigration(connection: Connection, migration: MigrationToRecord): void {
  connection.exec(table);
  connection
    .prepare(
      `INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name, started_at, applied_steps_count)
       VALUES (?, ?, ?, ?, ?, 1)`,
    )
    .run(
      randomUUID(),
      checksum(migration.sql),
      databaseTime(migration.finishedAt),
      migration.name,
      databaseTime(migration.startedAt),
    );
}

export function checksum(sql: string): string {
  return createHash('sha256').update(sql).digest('hex');
}

/**
 * Whether a migration file has the recorded checksum. CRLF and LF count as equal, because git may convert line endings.
 */
export function matchesChecksum(sql: string, recorded: string): boolean {
  return [sql, sql.replaceAll('\r\n', '\n'), sql.replaceAll('\n', '\r\n')].map(checksum).includes(recorded);
}

/** Whether the database has tables other than `_prisma_migrations`. */
export function hasTables(connection: Connection): boolean {
  return tableNames(connection).some((name) => name !== '_prisma_migrations');
}

/** Returns the names of the tables of a database, without those of SQLite. */
export function tableNames(connection: Connection): string[] {
  return connection
    .prepare<[], string>(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB 'sqlite_*'`)
    .pluck()
    .all();
}
