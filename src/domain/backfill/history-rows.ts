import type BetterSqlite3 from 'better-sqlite3';
import { inspectTables } from '../../db/sqlite/inspect-tables.ts';
import type { HistoryEntry } from './sessions-from-history.ts';

export interface TaskHistory {
  readonly taskId: number;
  /** Histories outlive their tasks where foreign keys are off. */
  readonly taskExists: boolean;
  /** In the order of their ids. */
  readonly entries: HistoryEntry[];
}

/** The tasks of a range of ids: behind the first, up to and with the second. */
export interface TaskRange {
  readonly after: number;
  readonly upTo: number;
}

export interface HistoryReader {
  countRows(): number;
  /** The range of the next tasks that have a history, or undefined behind the last one. */
  nextTasks(after: number, limit: number): TaskRange | undefined;
  read(range: TaskRange): TaskHistory[];
}

interface Row extends Omit<HistoryEntry, 'atMs'> {
  taskId: number;
  taskExists: 0 | 1;
  at: string | null;
}

/** Reads `task_history`, task by task. Times are read by SQLite, which knows every format in which they were written. */
export function historyReader(connection: BetterSqlite3.Database): HistoryReader {
  const { hasRejectionReason } = inspectTables(connection);
  const count = connection.prepare<[], number>('SELECT COUNT(*) FROM task_history').pluck();
  const last = connection
    .prepare<[number, number], number | null>(
      `SELECT MAX(task_id)
       FROM (SELECT DISTINCT task_id FROM task_history WHERE task_id > ? ORDER BY task_id LIMIT ?)`,
    )
    .pluck();
  const rows = connection.prepare<[TaskRange], Row>(
    `SELECT
       entry.id AS id,
       entry.task_id AS taskId,
       EXISTS (SELECT 1 FROM tasks task WHERE task.id = entry.task_id) AS taskExists,
       entry.old_status AS oldStatus,
       entry.new_status AS newStatus,
       entry.agent AS agent,
       entry.notes AS notes,
       ${hasRejectionReason ? 'entry.rejection_reason' : 'NULL'} AS rejectionReason,
       strftime('%Y-%m-%dT%H:%M:%f+00:00', entry.timestamp) AS at
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
      const histories: TaskHistory[] = [];
      for (const { taskId, taskExists, at, ...entry } of rows.iterate(range)) {
        let history = histories.at(-1);
        if (history?.taskId !== taskId) {
          history = { taskId, taskExists: taskExists === 1, entries: [] };
          histories.push(history);
        }
        history.entries.push({ ...entry, atMs: millisecondsOf(at) });
      }
      return histories;
    },
  };
}

function millisecondsOf(at: string | null): number | null {
  // SQLite knows years before the first, which no column of times can hold.
  const milliseconds = at === null ? Number.NaN : Date.parse(at);
  return Number.isNaN(milliseconds) ? null : milliseconds;
}
