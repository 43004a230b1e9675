import { millisecondsSql } from '../../db/sqlite/database-time.ts';
import type { Connection } from '../../db/sqlite/driver.ts';

/** The values in one column that are no times. The API returns null for them. */
export interface UnreadableTimes {
  readonly table: string;
  readonly column: string;
  readonly count: number;
  /** The keys of the first tasks, or the ids of the first rows. */
  readonly examples: readonly (string | number)[];
}

/** The columns with times that this program reads, and the column that names a row. */
const timeColumns = [
  { table: 'tasks', name: 'key', columns: ['created_at', 'updated_at', 'started_at', 'completed_at'] },
  { table: 'task_history', name: 'id', columns: ['timestamp'] },
  { table: 'task_notes', name: 'id', columns: ['created_at'] },
] as const satisfies readonly { table: string; name: string; columns: readonly string[] }[];

const maximumExamples = 3;

/** Finds values that are no times in the tables that other programs also write. Reads each table once. */
export function unreadableTimes(connection: Connection): UnreadableTimes[] {
  const existing = connection.prepare<[string], string>('SELECT name FROM pragma_table_info(?)').pluck();
  return timeColumns
    .map(({ columns, ...table }) => {
      // An adopted database can lack tables and columns.
      const found = new Set(existing.all(table.table));
      return { ...table, columns: columns.filter((column) => found.has(column)) };
    })
    .filter(({ columns }) => columns.length > 0)
    .flatMap(({ table, name, columns }) => {
      const counts = connection
        .prepare<[], number[]>(
          `SELECT ${columns.map((column) => `TOTAL(${isUnreadable(column)})`).join(', ')} FROM ${table}`,
        )
        .raw()
        .get();
      return columns.flatMap((column, index) => {
        const count = counts?.[index] ?? 0;
        const examples = connection
          .prepare<[], string | number>(
            `SELECT ${name} FROM ${table} WHERE ${isUnreadable(column)} ORDER BY id LIMIT ${maximumExamples}`,
          )
          .pluck();
        return count === 0 ? [] : [{ table, column, count, examples: examples.all() }];
      });
    });
}

/** Formats the columns for a warning: `tasks.created_at (2 rows: T-E01-F01-001, T-E01-F01-002)`. */
export function unreadableTimesText(columns: readonly UnreadableTimes[]): string {
  return columns
    .map(({ table, column, count, examples }) => {
      const more = count > examples.length ? ', …' : '';
      return `${table}.${column} (${count} ${count === 1 ? 'row' : 'rows'}: ${examples.join(', ')}${more})`;
    })
    .join(', ');
}

function isUnreadable(column: string): string {
  return `${column} IS NOT NULL AND ${millisecondsSql(column)} IS NULL`;
}
