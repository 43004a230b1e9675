import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import type { Clock } from '../../shared/clock.ts';
import { checkWithoutMigrating } from '../../db/sqlite/open-without-migrating.ts';
import { codeOf, DatabaseBusyError, DatabaseOpenError } from '../../db/errors.ts';
import { openError } from '../../db/sqlite/driver-errors.ts';
import { migrate, migrationsFolder, pendingMigrations } from '../../db/sqlite/migrate.ts';
import { hasTasksTable, inspectTables } from '../../db/sqlite/inspect-tables.ts';
import type { ProgressBar } from '../../shared/progress-bar.ts';
import { loadWorkflow } from '../../domain/workflow/load.ts';
import { backFill } from '../../domain/backfill/backfill.ts';
import { reportText } from './backfill-report.ts';

export interface BackfillSettings {
  /** The path of the database. */
  databaseFile: string;
  workflowFile: string;
  workflowFileNamed: boolean;
  /** Whether the database may be migrated. */
  migrate: boolean;
}

export interface BackfillCommandOptions {
  /** Reports the changes without making them. */
  dryRun: boolean;
  clock: Pick<Clock, 'now'>;
  /** Prints a line for the user. */
  print: (line: string) => void;
  /** Shows the progress of `total` history rows. */
  startProgress?: (total: number) => ProgressBar;
  /** How long to wait for a lock of another program, in milliseconds. Default: 5 seconds. */
  busyTimeoutMs?: number;
}

/**
 * Creates sessions from the task history of a database, and prints a report.
 *
 * Throws WorkflowFileError, DatabaseOpenError, MigrationError, BackupError, DatabaseBusyError.
 */
export async function runBackfill(
  settings: BackfillSettings,
  options: BackfillCommandOptions,
): Promise<void> {
  const { workflow, ...origin } = await loadWorkflow(
    settings.workflowFile,
    settings.workflowFileNamed ? 'fail' : 'use-built-in',
  );
  options.print(
    origin.source === 'file'
      ? `Using the workflow of ${origin.path}.`
      : `There is no workflow at ${settings.workflowFile}: using the built-in workflow.`,
  );

  const file = resolve(settings.databaseFile);
  const connection = openExisting(file, options);
  try {
    await prepare(connection, settings, options);
    const report = await backFill({
      connection,
      workflow,
      dryRun: options.dryRun,
      startProgress: options.startProgress,
    });
    options.print(reportText(report));
  } catch (error) {
    throw codeOf(error) === 'SQLITE_BUSY' ? busyError(file) : openError(file, error);
  } finally {
    connection.close();
  }
}

function openExisting(
  file: string,
  { dryRun, busyTimeoutMs = 5_000 }: Pick<BackfillCommandOptions, 'dryRun' | 'busyTimeoutMs'>,
): BetterSqlite3.Database {
  if (!existsSync(file))
    throw new DatabaseOpenError(
      `There is no database ${file}. Set DATABASE_URL to the shark database with the history.`,
    );
  try {
    // A read-only connection leaves the files of an empty write-ahead log on disk. A writable connection deletes them,
    // but also applies a log that another program left.
    const connection = new BetterSqlite3(file, {
      fileMustExist: true,
      timeout: busyTimeoutMs,
      readonly: dryRun && existsSync(`${file}-wal`),
    });
    if (dryRun) connection.pragma('query_only = ON');
    return connection;
  } catch (error) {
    throw openError(file, error);
  }
}

/** Checks that the database has tasks and a table for sessions. Migrates it if necessary and allowed. */
async function prepare(
  connection: BetterSqlite3.Database,
  { databaseFile: file, migrate: mayMigrate }: BackfillSettings,
  { dryRun, clock, print }: BackfillCommandOptions,
): Promise<void> {
  const folder = migrationsFolder;
  if (!hasTasksTable(connection))
    throw new DatabaseOpenError(
      `The database ${file} has no tasks table, so there is no history. Set DATABASE_URL to a shark database.`,
    );

  if (!mayMigrate) {
    checkWithoutMigrating({ connection, folder, file });
    if (!inspectTables(connection).hasTaskSessions)
      throw new DatabaseOpenError(
        `The database ${file} has no task_sessions table, and MIGRATE=off does not allow to add it. Run the backfill with MIGRATE=on.`,
      );
  } else if (dryRun) {
    const pending = pendingMigrations({ connection, folder });
    if (pending.length > 0)
      print(`The database would first be backed up and migrated: ${pending.join(', ')}.`);
  } else {
    const { applied, backupFile } = await migrate({ connection, folder, clock });
    if (backupFile !== null) print(`The database was backed up to ${backupFile} before it was migrated.`);
    if (applied.length > 0) print(`The database was migrated: ${applied.join(', ')}.`);
  }
}

function busyError(file: string): DatabaseBusyError {
  return new DatabaseBusyError(
    `Another program keeps the database ${file} locked. Sessions added so far are kept; run the backfill again to continue.`,
  );
}
