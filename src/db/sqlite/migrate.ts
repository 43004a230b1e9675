import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type BetterSqlite3 from 'better-sqlite3';
import type { Clock } from '../../shared/clock.ts';
import { packageFolder } from '../../shared/package-folder.ts';
import { MigrationError } from '../errors.ts';
import { backUp } from './backup.ts';
import {
  type RecordedMigration,
  checksum,
  recordMigration,
  hasTables,
  matchesChecksum,
  readMigrationRecords,
} from './migration-records.ts';

/** The folder with the migrations of this version. */
export const migrationsFolder = join(packageFolder, 'prisma/migrations');

export interface PendingMigrationsOptions {
  connection: BetterSqlite3.Database;
  /** The folder that contains one folder per migration. */
  folder: string;
}

export interface MigrateOptions extends PendingMigrationsOptions {
  clock: Pick<Clock, 'now'>;
}

export interface MigrationReport {
  /** The names of the applied migrations, in order; empty if the database was up to date. */
  applied: readonly string[];
  /** The backup made before the first change; null if nothing changed or the database was empty. */
  backupFile: string | null;
}

interface Migration {
  name: string;
  file: string;
  sql: string;
}

/**
 * Applies the pending migrations, each in a transaction together with its record in Prisma's table. A database that
 * already has tables is backed up first. A database that is up to date is only read.
 *
 * Throws MigrationError, BackupError, or the driver's SQLITE_BUSY if another program holds the lock. The current
 * migration is then rolled back, and you can try again.
 */
export async function migrate({ connection, folder, clock }: MigrateOptions): Promise<MigrationReport> {
  const migrations = readMigrations(folder);
  const applied: string[] = [];
  let backupFile: string | null = null;
  if (unapplied(connection, migrations).length === 0) return { applied, backupFile };

  // Some migrations drop a table and create it again. With foreign keys on, this would delete the rows of other tables
  // that refer to the table. SQLite ignores the PRAGMA in the migration itself, because the migration runs in a
  // transaction.
  const foreignKeys = connection.pragma('foreign_keys', { simple: true });
  connection.pragma('foreign_keys = OFF');
  try {
    do {
      connection.exec('BEGIN IMMEDIATE');
      // Check again under the lock: another server may have applied the migration in the meantime.
      const [next] = unapplied(connection, migrations);
      if (next !== undefined) {
        if (applied.length === 0 && hasTables(connection))
          backupFile = await backUp({ file: connection.name, at: clock.now() });
        try {
          apply(connection, next, clock);
        } catch (error) {
          throw failed(next, error, applied.length > 0 ? backupFile : null);
        }
      }
      connection.exec('COMMIT');
      if (next !== undefined) applied.push(next.name);
    } while (unapplied(connection, migrations).length > 0);
    return { applied, backupFile };
  } catch (error) {
    if (connection.inTransaction) connection.exec('ROLLBACK');
    // Delete the backup of an unchanged database: a server that restarts in a loop would fill the disk with backups.
    if (applied.length === 0 && backupFile !== null) rmSync(backupFile);
    throw error;
  } finally {
    connection.pragma(`foreign_keys = ${String(foreignKeys)}`);
  }
}

/** The names of the pending migrations, in order. Changes nothing. Throws MigrationError. */
export function pendingMigrations({ connection, folder }: PendingMigrationsOptions): string[] {
  return unapplied(connection, readMigrations(folder)).map(({ name }) => name);
}

/** The names of the migrations of this version, in order. Throws MigrationError. */
export function migrationNames(folder: string): string[] {
  return readMigrations(folder).map(({ name }) => name);
}

function readMigrations(folder: string): Migration[] {
  const entries = existsSync(folder) ? readdirSync(folder, { withFileTypes: true }) : [];
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  if (names.length === 0)
    throw new MigrationError(
      'missing',
      `There are no migrations in ${folder}. They are part of the installation, as prisma/migrations. Install the server again.`,
    );
  return names.toSorted().map((name) => {
    const file = join(folder, name, 'migration.sql');
    if (!existsSync(file))
      throw new MigrationError(
        'missing',
        `Migration ${name} is incomplete: ${file} does not exist. It is part of the installation. Install the server again.`,
      );
    return { name, file, sql: readFileSync(file, 'utf8') };
  });
}

/** Compares the recorded migrations with the files, and returns the migrations that are not recorded. */
function unapplied(connection: BetterSqlite3.Database, migrations: readonly Migration[]): Migration[] {
  const recorded = readMigrationRecords(connection);
  for (const entry of recorded) {
    const migration = migrations.find(({ name }) => name === entry.name);
    if (entry.isFinished === 0) throw unfinished(entry);
    if (migration === undefined) throw unknown(entry);
    if (!matchesChecksum(migration.sql, entry.checksum)) throw changed(entry, migration);
  }
  return migrations.filter(({ name }) => !recorded.some((entry) => entry.name === name));
}

function apply(
  connection: BetterSqlite3.Database,
  { name, sql }: Migration,
  clock: Pick<Clock, 'now'>,
): void {
  const startedAt = clock.now();
  connection.exec(sql);
  recordMigration(connection, { name, sql, startedAt, finishedAt: clock.now() });
}

function unfinished({ id, name }: RecordedMigration): MigrationError {
  return new MigrationError(
    'unfinished',
    `Migration ${name} was started by another program and not finished: part of it may be in the database. ` +
      'Restore a backup made before it. Or undo its changes by hand and delete its record ' +
      `(DELETE FROM _prisma_migrations WHERE id = '${id}'). Then start again.`,
  );
}

function unknown({ name }: RecordedMigration): MigrationError {
  return new MigrationError(
    'unknown',
    `The database has migration ${name}, which this version of the server does not contain: a newer version or ` +
      'another program has changed the database. Start that version, or restore a backup made before the change.',
  );
}

function changed(entry: RecordedMigration, { name, file, sql }: Migration): MigrationError {
  return new MigrationError(
    'changed',
    `Migration ${name} has changed since it was applied: the recorded checksum is ${entry.checksum}, ` +
      `the checksum of ${file} is ${checksum(sql)}. Restore the file or install the server again. Put any ` +
      'further change in a new migration.',
  );
}

function failed({ name }: Migration, error: unknown, backupFile: string | null): MigrationError {
  const reason = error instanceof Error ? error.message : String(error);
  const earlier =
    backupFile === null
      ? ''
      : ` Earlier migrations were applied; the backup made before them is ${backupFile}.`;
  return new MigrationError(
    'failed',
    `Migration ${name} failed: ${reason}. It was rolled back.${earlier} Fix the cause and start again. If this is not a ` +
      'shark database, set DATABASE_URL to another file.',
    { cause: error },
  );
}
