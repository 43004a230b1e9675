import type { Connection } from '../src/db/sqlite/driver.ts';

/**
 * Drops the indexes and triggers of these tables and returns the statements that create them again, in order. Bulk
 * inserts are much faster without indexes, and the triggers would write the current time.
 */
export function dropIndexesAndTriggers(connection: Connection, tables: readonly string[]): string[] {
  // The indexes of UNIQUE constraints have no SQL and cannot be dropped.
  const derived = connection
    .prepare<[string], { type: string; name: string; sql: string }>(
      `SELECT type, name, sql FROM sqlite_schema
       WHERE type IN ('trigger', 'index') AND sql IS NOT NULL AND tbl_name IN (SELECT value FROM json_each(?))`,
    )
    .all(JSON.stringify(tables));
  for (const { type, name } of derived) connection.exec(`DROP ${type} "${name}"`);
  return derived.map(({ sql }) => sql);
}
