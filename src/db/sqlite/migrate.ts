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
  recordMigrations,
  holdsTables,
  matchesChecksum,
  readMigrationRecords,
} from './migration-records.ts';

/** Where the migrations of this version are. */
export const migrationsFolder = join(packageFolder, 'prisma/migrations');

export interface PendingMigrationsOptions {
  connection: BetterSqlite3.Database;
  /** The folder that holds one folder per migration. */
  folder: string;
}

export interface MigrateOptions extends PendingMigrationsOptions {
  clock: Pick<Clock, 'now'>;
}

export interface MigrationReport {
  /** The names of the migrations that were applied, in order; none if the database was up to date. */
  applied: readonly string[];
  /** Where the database is kept as it was before; null if nothing changed or there was nothing to lose. */
  backupFile: string | null;
}

interface Migration {
  name: string;
  file: string;
  sql: string;
}

/**
 * Applies the migrations that the database lacks, each in a transaction together with its entry in Prisma's books.
 * A database that holds tables already is backed up before the first of them. One that is up to date is only read.
 *
 * Throws MigrationError, BackupError, or the driver's SQLITE_BUSY if another program keeps the file locked; what
 * was under way is undone then, and may be tried again.
 */
export async function migrate({ connection, folder, clock }: MigrateOptions): Promise<MigrationReport> {
  const migrations = readMigrations(folder);
  const applied: string[] = [];
  let backupFile: string | null = null;
  if (unapplied(connection, migrations).length === 0) return { applied, backupFile };

  // Migrations rebuild a table by dropping it, which would delete what refers to its rows. The PRAGMA by which they
  // prevent that themselves has no effect inside a transaction.
  const foreignKeys = connection.pragma('foreign_keys', { simple: true });
  connection.pragma('foreign_keys = OFF');
  try {
    do {
      connection.exec('BEGIN IMMEDIATE');
      // Another server may have been faster: what counts is what is missing under the lock.
      const [next] = unapplied(connection, migrations);
      if (next !== undefined) {
        if (applied.length === 0 && holdsTables(connection))
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
    // A server that is started again and again would fill the disk with copies of a database it never changed.
    if (applied.length === 0 && backupFile !== null) rmSync(backupFile);
    throw error;
  } finally {
    connection.pragma(`foreign_keys = ${String(foreignKeys)}`);
  }
}

/** The names of the migrations that the database lacks, in order. Changes nothing. Throws MigrationError. */
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
      `There are no migrations in ${folder}. They come with the server, as prisma/migrations: install it again.`,
    );
  return names.toSorted().map((name) => {
    const file = join(folder, name, 'migration.sql');
    if (!existsSync(file))
      throw new MigrationError(
        'missing',
        `Migration ${name} is incomplete: ${file} is not there. It comes with the server: install it again.`,
      );
    return { name, file, sql: readFileSync(file, 'utf8') };
  });
}

/** Holds every migration in the books against the one at hand, and returns those that are not in the books. */
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
  recordMigrations(connection, { name, sql, startedAt, finishedAt: clock.now() });
}

function unfinished({ id, name }: RecordedMigration): MigrationError {
  return new MigrationError(
    'unfinished',
    `Migration ${name} was started by another program and never finished: part of it may be in the database. ` +
      'Restore a backup made before it; or take what it left out of the database, then its record ' +
      `(DELETE FROM _prisma_migrations WHERE id = '${id}'). Then start again.`,
  );
}

function unknown({ name }: RecordedMigration): MigrationError {
  return new MigrationError(
    'unknown',
    `The database has migration ${name}, which this version of the server does not know: a newer version, or ` +
      'another program, has changed it. Start that version, or restore a backup made before the change.',
  );
}

function changed(entry: RecordedMigration, { name, file, sql }: Migration): MigrationError {
  return new MigrationError(
    'changed',
    `Migration ${name} is not what was applied to the database: the checksum in its books is ${entry.checksum}, ` +
      `that of ${file} is ${checksum(sql)}. Put the file back as it was or install the server again; a further ` +
      'change belongs in a new migration.',
  );
}

function failed({ name }: Migration, error: unknown, backupFile: string | null): MigrationError {
  const reason = error instanceof Error ? error.message : String(error);
  const earlier =
    backupFile === null ? '' : ` Earlier ones were applied; the database as it was is in ${backupFile}.`;
  return new MigrationError(
    'failed',
    `Migration ${name} failed: ${reason}. All of it was undone.${earlier} Remove the cause and start again, or name ` +
      'another file in DATABASE_URL if this is not a shark database.',
    { cause: error },
  );
}
