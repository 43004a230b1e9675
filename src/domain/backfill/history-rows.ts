import type { Connection } from '../../db/sqlite/driver.ts';
import { inspectTables } from '../../db/sqlite/inspect-tables.ts';
import {
  type HistoryRow,
  historyRowColumns,
  readHistoryRow,
  type StoredHistoryRow,
} from '../tasks/task-history.ts';

/** All history rows of one task. */
export interface HistoryOfTask {
  readonly taskId: number;
  /** False if the task was deleted but its history rows remained. */
  readonly taskExists: boolean;
  /** The history rows in the order of their ids. */
  readonly rows: HistoryRow[];
}

/** The task ids that are greater than `after` and at most `upTo`. */
export interface TaskRange {
  readonly after: number;
  readonly upTo: number;
}

export interface HistoryReader {
  countRows(): number;
  /** Returns a range with the next `limit` tasks that have history rows. Undefined if there are no more such tasks. */
  nextTasks(after: number, limit: number): TaskRange | undefined;
  read(range: TaskRange): HistoryOfTask[];
}

export function historyReader(connection: Connection): HistoryReader {
  const count = connection.prepare<[], number>('SELECT COUNT(*) FROM task_history').pluck();
  const last = connection
    .prepare<[number, number], number | null>(
      `SELECT MAX(task_id)
       FROM (SELECT DISTINCT task_id FROM task_history WHERE task_id > ? ORDER BY task_id LIMIT ?)`,
    )
    .pluck();
  const select = connection.prepare<[TaskRange], StoredHistoryRow & { taskId: number; taskExists: 0 | 1 }>(
    `SELECT
       entry.task_id AS taskId,
       EXISTS (SELECT 1 FROM tasks task WHERE task.id = entry.task_id) AS taskExists,
       ${historyRowColumns(inspectTables(connection))}
     FROM task_history entry
     WHERE entry.task_id > @after AND entry.task_id <= @upTo
     ORDER BY entry.task_id, entry.id`,
  );

  return {
    countRows: () => count.get() ?? 0,
    nextTasks(after, limit) {
      const upTo = last.get(after, limit) ?? null;
      return upTo === null ? undefined : { after, upTo };
    },
    read(range) {
      const histories: HistoryOfTask[] = [];
      for (const { taskId, taskExists, ...row } of select.iterate(range)) {
        let history = histories.at(-1);
        if (history?.taskId !== taskId) {
          history = { taskId, taskExists: taskExists === 1, rows: [] };
          histories.push(history);
        }
        history.rows.push(readHistoryRow(row));
      }
      return histories;
    },
  };
}
