import type BetterSqlite3 from 'better-sqlite3';

/**
 * What a database can hold. Databases made by another program differ with its age: tables and columns are
 * missing, and CHECKs restrict what a column may say.
 */
export interface Tables {
  readonly hasTaskSessions: boolean;
  readonly hasTaskNotes: boolean;
  readonly hasRejectionReason: boolean;
  /** The statuses that a CHECK allows a task to have; null where there is no such CHECK. */
  readonly taskStatuses: readonly string[] | null;
  /** The types that a CHECK allows a note to have; null where there is no such CHECK. */
  readonly noteTypes: readonly string[] | null;
}

export function inspectTables(connection: BetterSqlite3.Database): Tables {
  const definition = connection
    .prepare<[string], string>(`SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?`)
    .pluck();
  const column = connection
    .prepare<[string, string], string>('SELECT name FROM pragma_table_info(?) WHERE name = ?')
    .pluck();
  const taskNotes = definition.get('task_notes');
  return {
    hasTaskSessions: definition.get('task_sessions') !== undefined,
    hasTaskNotes: taskNotes !== undefined,
    hasRejectionReason: column.get('task_history', 'rejection_reason') !== undefined,
    taskStatuses: valuesAllowedByCheck(definition.get('tasks') ?? '', 'status'),
    noteTypes: valuesAllowedByCheck(taskNotes ?? '', 'note_type'),
  };
}

/** Whether this is a database that there can be work in. */
export function hasTasks(connection: BetterSqlite3.Database): boolean {
  return (
    connection.prepare(`SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'tasks'`).get() !==
    undefined
  );
}

/** Reads the list out of `CHECK (column IN ('a', 'b'))` in a table's definition. */
export function valuesAllowedByCheck(definition: string, column: string): readonly string[] | null {
  const list = new RegExp(`CHECK\\s*\\(\\s*["\`[]?${column}["\`\\]]?\\s+IN\\s*\\(([^)]*)\\)`, 'i').exec(
    definition,
  )?.[1];
  if (list === undefined) return null;
  return [...list.matchAll(/'((?:[^']|'')*)'/g)].map(([, value = '']) => value.replaceAll("''", "'"));
}
