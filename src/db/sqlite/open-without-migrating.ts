import { DatabaseOpenError } from '../errors.ts';
import { type PendingMigrationsOptions, pendingMigrations } from './migrate.ts';
import { hasTasks, inspectTables } from './inspect-tables.ts';

export interface CheckWithoutMigratingOptions extends PendingMigrationsOptions {
  /** Path of the database, for messages. */
  file: string;
}

/**
 * Sees that there can be work in a database that may not be brought up to date, and returns the names of the
 * migrations that it lacks: either none, or at least the one that adds the table of sessions.
 * Throws DatabaseOpenError, MigrationError.
 */
export function checkWithoutMigrating({ connection, folder, file }: CheckWithoutMigratingOptions): string[] {
  const pending = pendingMigrations({ connection, folder });
  if (!hasTasks(connection))
    throw new DatabaseOpenError(
      `The database ${file} has no tasks, and MIGRATE=off keeps them from being added. Check DATABASE_URL, or start with MIGRATE=on.`,
    );
  if (pending.length > 0 && inspectTables(connection).hasTaskSessions)
    throw new DatabaseOpenError(
      `The database ${file} is of an earlier version: ${pending.join(', ')} ${pending.length === 1 ? 'is' : 'are'} not applied, and MIGRATE=off keeps that from being done. Start once with MIGRATE=on.`,
    );
  return pending;
}
