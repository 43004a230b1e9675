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
  /** Path of the database whose history is read. */
  databaseFile: string;
  workflowFile: string;
  workflowFileNamed: boolean;
  /** Whether the table of sessions may be added where it is missing. */
  migrate: boolean;
}

export interface BackfillCommandOptions {
  /** Says what would be done, and changes nothing at all. */
  dryRun: boolean;
  clock: Pick<Clock, 'now'>;
  /** Takes what is to be read by a person, line by line. */
  print: (line: string) => void;
  /** Shows how far it is, of a number of history rows. */
  startProgress?: (total: number) => ProgressBar;
}

/**
 * Turns the history of a database into sessions, and prints what became of it.
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
      ? `The workflow was read from ${origin.path}.`
      : `There is no workflow at ${settings.workflowFile}: the built-in workflow is used.`,
  );

  const file = resolve(settings.databaseFile);
  const connection = openExisting(file, options.dryRun);
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

function openExisting(file: string, dryRun: boolean): BetterSqlite3.Database {
  if (!existsSync(file))
    throw new DatabaseOpenError(
      `There is no database ${file}. Check DATABASE_URL: it must name the shark database whose history is to be read.`,
    );
  try {
    // A connection that may not write leaves the files of an empty write-ahead log behind; one that may takes them
    // away, but also takes over a log that another program left.
    const connection = new BetterSqlite3(file, {
      fileMustExist: true,
      readonly: dryRun && existsSync(`${file}-wal`),
    });
    if (dryRun) connection.pragma('query_only = ON');
    return connection;
  } catch (error) {
    throw openError(file, error);
  }
}

/** Sees that there is a history, and a place to put the sessions. */
async function prepare(
  connection: BetterSqlite3.Database,
  { databaseFile: file, migrate: mayMigrate }: BackfillSettings,
  { dryRun, clock, print }: BackfillCommandOptions,
): Promise<void> {
  const folder = migrationsFolder;
  if (!hasTasksTable(connection))
    throw new DatabaseOpenError(
      `The database ${file} has no tasks, so there is no history to read. Check DATABASE_URL: it must name a shark database.`,
    );

  if (!mayMigrate) {
    checkWithoutMigrating({ connection, folder, file });
    if (!inspectTables(connection).hasTaskSessions)
      throw new DatabaseOpenError(
        `The database ${file} has no task_sessions table, and MIGRATE=off keeps it from being added. Run the backfill with MIGRATE=on.`,
      );
  } else if (dryRun) {
    const pending = pendingMigrations({ connection, folder });
    if (pending.length > 0)
      print(`The database would be backed up and brought up to date first: ${pending.join(', ')}.`);
  } else {
    const { applied, backupFile } = await migrate({ connection, folder, clock });
    if (backupFile !== null) print(`The database was kept as it was in ${backupFile} before it was changed.`);
    if (applied.length > 0) print(`The database was brought up to date: ${applied.join(', ')}.`);
  }
}

function busyError(file: string): DatabaseBusyError {
  return new DatabaseBusyError(
    `Another program keeps the database ${file} locked. What was added until now stays; run the backfill again to go on.`,
  );
}
