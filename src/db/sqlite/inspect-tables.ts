import type { Connection } from './driver.ts';
import type { Tables } from '../tables.ts';

export function inspectTables(connection: Connection): Tables {
  const definition = connection
    .prepare<[string], string>(`SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?`)
    .pluck();
  const trigger = connection
    .prepare<[string], string>(`SELECT name FROM sqlite_schema WHERE type = 'trigger' AND name = ?`)
    .pluck();
  const column = connection
    .prepare<[string, string], string>('SELECT name FROM pragma_table_info(?) WHERE name = ?')
    .pluck();
  const taskNotes = definition.get('task_notes');
  return {
    hasTaskSessions: definition.get('task_sessions') !== undefined,
    hasTaskQueue: queueTriggers.every((name) => trigger.get(name) !== undefined),
    hasTaskNotes: taskNotes !== undefined,
    hasRejectionReason: column.get('task_history', 'rejection_reason') !== undefined,
    taskStatuses: valuesAllowedByCheck(definition.get('tasks') ?? '', 'status'),
    noteTypes: valuesAllowedByCheck(taskNotes ?? '', 'note_type'),
  };
}

/** The triggers that keep the table `task_queue` true. */
const queueTriggers = [
  'changed_at_updated',
  'task_inserted',
  'task_updated',
  'task_created_at_updated',
  'task_deleted',
  'history_inserted',
  'history_updated',
  'history_deleted',
  'session_opened',
  'session_closed',
  'session_moved',
  'session_deleted',
].map((name) => `task_queue_${name}`);

/** Whether the database has the table `tasks` of a board. A table `tasks` of another program lacks some of its columns. */
export function hasTasksTable(connection: Connection): boolean {
  return (
    connection
      .prepare<[], number>(
        `SELECT count(*) FROM pragma_table_info('tasks') WHERE name IN ('key', 'status', 'feature_id')`,
      )
      .pluck()
      .get() === 3
  );
}

/** Returns the values in the column's `CHECK (column IN ('a', 'b'))`. Returns null if the table has no such CHECK. */
export function valuesAllowedByCheck(definition: string, column: string): readonly string[] | null {
  const list = new RegExp(`CHECK\\s*\\(\\s*["\`[]?${column}["\`\\]]?\\s+IN\\s*\\(([^)]*)\\)`, 'i').exec(
    definition,
  )?.[1];
  if (list === undefined) return null;
  return [...list.matchAll(/'((?:[^']|'')*)'/g)].map(([, value = '']) => value.replaceAll("''", "'"));
}
