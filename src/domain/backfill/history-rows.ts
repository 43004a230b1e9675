import type { Connection } from '../../db/sqlite/driver.ts';
import { millisecondsSql } from '../../db/sqlite/database-time.ts';
import { inspectTables } from '../../db/sqlite/inspect-tables.ts';
import type { Tables } from '../../db/tables.ts';

/** One row of `task_history` with all of its columns. */
export interface HistoryRow {
  readonly id: number;
  readonly oldStatus: string | null;
  /** The status after the change. Empty if the row does not name a status. */
  readonly newStatus: string;
  readonly agent: string | null;
  readonly notes: string | null;
  readonly rejectionReason: string | null;
  /** The time of the change in milliseconds since 1970. Null if the stored value is no time. */
  readonly atMs: number | null;
}

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

/** Creates a reader that replaces former names of statuses. */
export function historyReader(
  connection: Connection,
  formerNames: ReadonlyMap<string, string> = new Map(),
): HistoryReader {
  const currentName = (status: string) => formerNames.get(status) ?? status;
  const count = connection.prepare<[], number>('SELECT COUNT(*) FROM task_history').pluck();
  const last = connection
    .prepare<[number, number], number | null>(
      `SELECT MAX(task_id)
       FROM (SELECT DISTINCT task_id FROM task_history WHERE task_id > ? ORDER BY task_id LIMIT ?)`,
    )
    .pluck();
  const select = connection.prepare<[TaskRange], HistoryRow & { taskId: number; taskExists: 0 | 1 }>(
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
        const { oldStatus, newStatus } = row;
        history.rows.push({
          ...row,
          oldStatus: oldStatus === null ? null : currentName(oldStatus),
          newStatus: currentName(newStatus),
        });
      }
      return histories;
    },
  };
}

/** Returns the SQL columns of a `HistoryRow`, for `entry`, a row of `task_history`. */
function historyRowColumns({ hasRejectionReason }: Pick<Tables, 'hasRejectionReason'>): string {
  return `
    entry.id AS id,
    entry.old_status AS oldStatus,
    entry.new_status AS newStatus,
    entry.agent AS agent,
    entry.notes AS notes,
    ${hasRejectionReason ? 'entry.rejection_reason' : 'NULL'} AS rejectionReason,
    ${millisecondsSql('entry.timestamp')} AS atMs`;
}
