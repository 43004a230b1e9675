import type { Connection } from './driver.ts';
import { sql } from 'kysely';
import type { Sql } from '../statements.ts';

/**
 * Returns a SQL condition that throws an error if the query was aborted. Put the condition first in the WHERE clause,
 * so that SQLite evaluates it for every row. It works only on connections with `defineAbortCheck`.
 */
export function abortCheck(id: Sql): Sql {
  // To save time, only rows with an id that is a multiple of 4,096 make the check.
  return sql`(${id} & 4095 OR throw_if_aborted())`;
}

/** Adds the SQL function that `abortCheck` calls to a connection. */
export function defineAbortCheck(connection: Connection, throwIfAborted: () => void): void {
  connection.function('throw_if_aborted', { deterministic: false }, () => {
    throwIfAborted();
    // 1 makes the condition of `abortCheck` true.
    return 1;
  });
}
