import { ExpectedError } from '../../shared/expected-error.ts';
import { DatabaseOpenError } from '../errors.ts';
import type { Connection } from './driver.ts';
import { hasTasksTable } from './inspect-tables.ts';
import { tableNames } from './migration-records.ts';

export interface BoardCheckOptions {
  connection: Connection;
  /** The path of the database, for error messages. */
  file: string;
  /** Whether the program may create the tables in an empty database. */
  mayCreateTables: boolean;
}

/**
 * Checks that a database has the tables of a board, or is empty and may become one. A wrong file must neither look like
 * an empty board nor get more tables. Throws DatabaseOpenError, ExpectedError.
 */
export function checkBoard({ connection, file, mayCreateTables }: BoardCheckOptions): void {
  if (hasTasksTable(connection)) return;
  const names = tableNames(connection).filter((name) => name !== '_prisma_migrations');
  if (names.length > 0)
    throw new DatabaseOpenError(
      `The database ${file} has no shark tables, but ${listed(names)} of another program. Nothing was changed. Set DATABASE_URL to a shark database, or to a file that does not exist yet.`,
    );
  if (!mayCreateTables)
    throw new ExpectedError({
      code: 'NO_DATABASE',
      message: `The database ${file} has no shark tables: it is empty. Set DATABASE_URL to a shark database, or create one in this file with 'shark epic create'`,
      parameters: {},
    });
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 3).join(', ');
  return names.length === 1 ? `the table ${shown}` : `the tables ${shown}${names.length > 3 ? ', …' : ''}`;
}
