import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Connection } from './driver.ts';
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

/** The folder with this program's database migrations. */
export const migrationsFolder = join(packageFolder, 'prisma/migrations');

export interface PendingMigrationsOptions {
  connection: Connection;
  /** The folder with the database migrations. Each migration is a subfolder. */
  folder: string;
}

export interface MigrateOptions extends PendingMigrationsOptions {
  clock: Pick<Clock, 'now'>;
}

export interface MigrationReport {
  /** The names of the migrations that this call applied, oldest first. Empty if the database was up to date. */
  applied: readonly string[];
  /** The path of the backup. Null if nothing changed or the database was empty. */
  backupFile: string | null;
}

interface Migration {
  name: string;
  file: string;
  sql: string;
}

/**
 * Backs up the database and applies the pending migrations, each in its own transaction. Throws MigrationError,
 * BackupError, or SQLITE_BUSY for a locked database. After an error, you can try again.
 */
export async function migrate({ connection, folder, clock }: MigrateOptions): Promise<MigrationReport> {
  const migrations = readMigrations(folder);
  const applied: string[] = [];
  let backupFile: string | null = null;
  if (unapplied(connection, migrations).length === 0) return { applied, backupFile };

  // Switch off foreign keys before the transaction begins. If they were on, recreating a table would delete the rows
  // that refer to it.
  const foreignKeys = connection.pragma('foreign_keys', { simple: true });
  connection.pragma('foreign_keys = OFF');
  try {
    do {
      connection.exec('BEGIN IMMEDIATE');
      // Look for pending migrations again, because another server may have applied one before this program got the
      // lock.
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
    // If no migration was applied, delete the backup. Otherwise, a server that restarts in a loop would fill the disk
    // with backups.
    if (applied.length === 0 && backupFile !== null) rmSync(backupFile);
    throw error;
  } finally {
    connection.pragma(`foreign_keys = ${String(foreignKeys)}`);
  }
}

/** Returns the names of the pending migrations, oldest first. Does not change the database. Throws MigrationError. */
export function pendingMigrations({ connection, folder }: PendingMigrationsOptions): string[] {
  return unapplied(connection, readMigrations(folder)).map(({ name }) => name);
}

/** Returns the names of this program's migrations, oldest first. Throws MigrationError. */
export function migrationNames(folder: string): string[] {
  return readMigrations(folder).map(({ name }) => name);
}

function readMigrations(folder: string): Migration[] {
  const entries = existsSync(folder) ? readdirSync(folder, { withFileTypes: true }) : [];
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  if (names.length === 0)
    throw new MigrationError(
      'missing',
      `There are no migrations in ${folder}. The folder prisma/migrations is part of the installation, so install the server again.`,
    );
  return names.toSorted().map((name) => {
    const file = join(folder, name, 'migration.sql');
    if (!existsSync(file))
      throw new MigrationError(
        'missing',
        `Migration ${name} is incomplete: ${file} does not exist. Migrations are part of the installation, so install the server again.`,
      );
    return { name, file, sql: readFileSync(file, 'utf8') };
  });
}

/** Returns the migrations that have no record in the database. Throws MigrationError. */
function unapplied(connection: Connection, migrations: readonly Migration[]): Migration[] {
  const recorded = readMigrationRecords(connection);
  for (const entry of recorded) {
    const migration = migrations.find(({ name }) => name === entry.name);
    if (entry.isFinished === 0) throw unfinished(entry);
    if (migration === undefined) throw unknown(entry);
    if (!matchesChecksum(migration.sql, entry.checksum)) throw changed(entry, migration);
  }
  return migrations.filter(({ name }) => !recorded.some((entry) => entry.name === name));
}

function apply(connection: Connection, { name, sql }: Migration, clock: Pick<Clock, 'now'>): void {
  const startedAt = clock.now();
  connection.exec(sql);
  recordMigration(connection, { name, sql, startedAt, finishedAt: clock.now() });
}

function unfinished({ id, name }: RecordedMigration): MigrationError {
  return new MigrationError(
    'unfinished',
    `Migration ${name} was started by another program and not finished: part of it may be in the database. ` +
      'Restore a backup made before the migration. Or undo the changes of the migration by hand and delete its record ' +
      `(DELETE FROM _prisma_migrations WHERE id = '${id}'). Then start again.`,
  );
}

function unknown({ name }: RecordedMigration): MigrationError {
  return new MigrationError(
    'unknown',
    `The database has migration ${name}, which this version of the server does not contain: a newer version or ` +
      'another program has changed the database. Start the newer version, or restore a backup made before the change.',
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
      : ` Earlier migrations were applied. The backup made before these migrations is ${backupFile}.`;
  return new MigrationError(
    'failed',
    `Migration ${name} failed: ${reason}. The migration was rolled back.${earlier} Fix the cause and start again. If this is not a ` +
      'shark database, set DATABASE_URL to another file.',
    { cause: error },
  );
}
