import { DatabaseOpenError } from '../errors.ts';
import { type PendingMigrationsOptions, pendingMigrations } from './migrate.ts';
import { hasTasksTable, inspectTables } from './inspect-tables.ts';

export interface CheckWithoutMigratingOptions extends PendingMigrationsOptions {
  /** The path of the database, for error messages. */
  file: string;
  /** Why migrations are not possible, and the remedy, as two sentences. Default: the setting MIGRATE=off. */
  reason?: string;
}

const isSwitchedOff = 'The setting MIGRATE=off prevents migrations. Start once with MIGRATE=on.';

/**
 * Checks that the program can use a database without migrating it. Returns the names of the pending migrations. Throws
 * DatabaseOpenError, MigrationError.
 */
export function checkWithoutMigrating({
  connection,
  folder,
  file,
  reason = isSwitchedOff,
}: CheckWithoutMigratingOptions): string[] {
  const pending = pendingMigrations({ connection, folder });
  if (!hasTasksTable(connection))
    throw new DatabaseOpenError(
      `The database ${file} has no tasks table, and MIGRATE=off prevents the creation of tables. Check DATABASE_URL, or start with MIGRATE=on.`,
    );
  // The program works without a sessions table, but not with an outdated one.
  if (pending.length > 0 && inspectTables(connection).hasTaskSessions)
    throw new DatabaseOpenError(
      `The database ${file} was made by an earlier version of this program and needs these migrations: ${pending.join(', ')}. ${reason}`,
    );
  return pending;
}
