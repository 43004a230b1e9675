import { type Connection, openConnection } from '../../db/sqlite/driver.ts';
import { isMissing, resolveDatabasePath } from '../../db/sqlite/database-path.ts';
import { openForReading } from '../../db/sqlite/open-for-reading.ts';
import { requireWriteAccess } from '../../db/sqlite/write-access.ts';
import type { Clock } from '../../shared/clock.ts';
import { checkWithoutMigrating } from '../../db/sqlite/open-without-migrating.ts';
import { codeOf, DatabaseBusyError, DatabaseOpenError } from '../../db/errors.ts';
import { openError } from '../../db/sqlite/driver-errors.ts';
import { migrate, migrationsFolder, pendingMigrations } from '../../db/sqlite/migrate.ts';
import { hasTasksTable, inspectTables } from '../../db/sqlite/inspect-tables.ts';
import type { ProgressBar } from '../../shared/progress-bar.ts';
import { aliasProblem } from '../../domain/workflow/flow-problems.ts';
import { loadWorkflow } from '../../domain/workflow/load.ts';
import type { Workflow } from '../../domain/workflow/workflow.ts';
import { backFill } from '../../domain/backfill/backfill.ts';
import { unreadableTimes, unreadableTimesText } from '../../domain/tasks/unreadable-times.ts';
import { UsageError } from '../failure.ts';
import { reportText } from './backfill-report.ts';

export interface BackfillSettings {
  /** The path of the database file. */
  databaseFile: string;
  workflowFile: string;
  workflowFileNamed: boolean;
  /** Whether the backfill may migrate the database. */
  migrate: boolean;
}

/** A name that old rows of the task history contain, and the status of the workflow that has taken its place. */
export type FormerName = readonly [formerName: string, status: string];

export interface BackfillCommandOptions {
  /** If true, the backfill reports the changes but does not make them. */
  dryRun: boolean;
  /** Former names of statuses, in addition to those of the workflow file. */
  formerNames?: readonly FormerName[];
  clock: Pick<Clock, 'now'>;
  /** Prints a line for the user. */
  print: (line: string) => void;
  /** Starts a progress bar for `total` history rows. */
  startProgress?: (total: number) => ProgressBar;
  /** The maximum wait for a locked database, in milliseconds. Default: 5 seconds. */
  busyTimeoutMs?: number;
}

/**
 * Creates sessions from the task history of a database, and prints a report.
 *
 * Throws UsageError, WorkflowFileError, DatabaseOpenError, MigrationError, BackupError, DatabaseBusyError.
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

  const formerNames = checkFormerNames(workflow, options.formerNames ?? []);
  const file = resolveDatabasePath(settings.databaseFile);
  const connection = openExisting(file, options);
  try {
    await prepare(connection, settings, options);
    const times = unreadableTimes(connection);
    if (times.length > 0)
      options.print(
        `Warning: some values are not times: ${unreadableTimesText(times)}. See docs/troubleshooting.md#warnings`,
      );
    const report = await backFill({
      connection,
      workflow: { ...workflow, formerNames },
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

function checkFormerNames(workflow: Workflow, added: readonly FormerName[]): Workflow['formerNames'] {
  for (const [formerName, status] of added) {
    const problem = aliasProblem(workflow.statuses, formerName, status);
    if (problem !== undefined) throw new UsageError(`--map ${formerName}=${status}: ${problem}`);
  }
  return new Map([...workflow.formerNames, ...added]);
}

function openExisting(
  file: string,
  { dryRun, busyTimeoutMs = 5_000 }: Pick<BackfillCommandOptions, 'dryRun' | 'busyTimeoutMs'>,
): Connection {
  if (isMissing(file))
    throw new DatabaseOpenError(
      `There is no database ${file}. Set DATABASE_URL to an existing shark database.`,
    );
  if (dryRun) {
    const { connection } = openForReading(file, { timeout: busyTimeoutMs });
    connection.pragma('query_only = ON');
    return connection;
  }
  requireWriteAccess(file);
  try {
    return openConnection(file, { fileMustExist: true, timeout: busyTimeoutMs });
  } catch (error) {
    throw openError(file, error);
  }
}

/** Checks that the tables for tasks and sessions exist. Migrates the database if necessary and allowed. */
async function prepare(
  connection: Connection,
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
        `The database ${file} has no task_sessions table. Run the backfill with MIGRATE=on to add it.`,
      );
  } else if (dryRun) {
    const pending = pendingMigrations({ connection, folder });
    if (pending.length > 0)
      print(
        `Without --dry-run, the backfill would first back up the database and apply migrations: ${pending.join(', ')}.`,
      );
  } else {
    const { applied, backupFile } = await migrate({ connection, folder, clock });
    if (backupFile !== null) print(`The database was backed up to ${backupFile} before it was migrated.`);
    if (applied.length > 0) print(`Applied migrations: ${applied.join(', ')}.`);
  }
}

function busyError(file: string): DatabaseBusyError {
  return new DatabaseBusyError(
    `Another program has locked the database ${file}. The sessions added so far are saved. Run the backfill again to continue.`,
  );
}
