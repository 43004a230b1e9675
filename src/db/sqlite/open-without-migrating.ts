import { DatabaseOpenError } from '../errors.ts';
import { type PendingMigrationsOptions, pendingMigrations } from './migrate.ts';
import { hasTasksTable, inspectTables } from './inspect-tables.ts';

export interface CheckWithoutMigratingOptions extends PendingMigrationsOptions {
  /** Path of the database, for messages. */
  file: string;
}

/**
 * Checks that a database can be used without migrating it, and returns the names of the pending migrations. The
 * database must have a tasks table. If migrations are pending, it must not have a sessions table: the program supports
 * a missing sessions table, but not an outdated one.
 * Throws DatabaseOpenError, MigrationError.
 */
export function checkWithoutMigrating({ connection, folder, file }: CheckWithoutMigratingOptions): string[] {
  const pending = pendingMigrations({ connection, folder });
  if (!hasTasksTable(connection))
    throw new DatabaseOpenError(
      `The database ${file} has no tasks table, and MIGRATE=off prevents creating it. Check DATABASE_URL, or start with MIGRATE=on.`,
    );
  if (pending.length > 0 && inspectTables(connection).hasTaskSessions)
    throw new DatabaseOpenError(
      `The database ${file} was made by an earlier version: ${pending.join(', ')} ${pending.length === 1 ? 'is' : 'are'} not applied, and MIGRATE=off prevents applying migrations. Start once with MIGRATE=on.`,
    );
  return pending;
}
