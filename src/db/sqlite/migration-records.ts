import { createHash, randomUUID } from 'node:crypto';
import type BetterSqlite3 from 'better-sqlite3';
import { databaseTime } from './database-time.ts';

/** A row of `_prisma_migrations`, the table where Prisma records the migrations that it applied. */
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

/** This statement is copied from Prisma without changes. */
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

/**
 * Reads the migration records. Leaves out migrations that a user marked as rolled back: Prisma keeps their records as
 * history.
 */
export function readMigrationRecords(connection: BetterSqlite3.Database): RecordedMigration[] {
  if (!tableNames(connection).includes('_prisma_migrations')) return [];
  return connection
    .prepare<[], RecordedMigration>(
      `SELECT id, migration_name AS name, checksum, finished_at IS NOT NULL AS isFinished
       FROM _prisma_migrations WHERE rolled_back_at IS NULL`,
    )
    .all();
}

/** Records a finished migration as Prisma does. Prisma counts a whole migration as one step. */
export function recordMigration(connection: BetterSqlite3.Database, migration: MigrationToRecord): void {
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

/** Treats CRLF and LF as equal, as Prisma does: git may convert line endings at checkout. */
export function matchesChecksum(sql: string, recorded: string): boolean {
  return [sql, sql.replaceAll('\r\n', '\n'), sql.replaceAll('\n', '\r\n')].map(checksum).includes(recorded);
}

/** Whether the database has any table besides the migration records. */
export function hasTables(connection: BetterSqlite3.Database): boolean {
  return tableNames(connection).some((name) => name !== '_prisma_migrations');
}

function tableNames(connection: BetterSqlite3.Database): string[] {
  return connection
    .prepare<[], string>(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB 'sqlite_*'`)
    .pluck()
    .all();
}
