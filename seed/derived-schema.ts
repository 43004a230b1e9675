import type BetterSqlite3 from 'better-sqlite3';

/**
 * Drops the triggers and indexes of these tables and returns what makes them again, in their order: kept up with each
 * row, they take most of the time, and triggers write the time of the machine.
 */
export function dropDerived(connection: BetterSqlite3.Database, tables: readonly string[]): string[] {
  // The indexes behind UNIQUE have no text of their own and cannot be dropped.
  const derived = connection
    .prepare<[string], { type: string; name: string; sql: string }>(
      `SELECT type, name, sql FROM sqlite_schema
       WHERE type IN ('trigger', 'index') AND sql IS NOT NULL AND tbl_name IN (SELECT value FROM json_each(?))`,
    )
    .all(JSON.stringify(tables));
  for (const { type, name } of derived) connection.exec(`DROP ${type} "${name}"`);
  return derived.map(({ sql }) => sql);
}
