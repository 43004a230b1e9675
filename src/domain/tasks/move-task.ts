import { compiledStatement, type ValueOf } from '../../db/compiled-statement.ts';
import type { TaskTable } from '../../db/generated/tables.ts';
import { databaseTime } from '../../db/sqlite/database-time.ts';
import type { Operation } from '../operation.ts';
import { StatusNotAllowedError } from '../errors.ts';
import { changedTaskColumns, readChangedTask, type Task } from './task.ts';

export interface Move {
  to: string;
  /** The agent to record in the task history. */
  agent: string | null;
  /** The reason to record in the task history. */
  notes: string | null;
  /** The reason for a rejection. Undefined for other moves. */
  rejectionReason?: string | undefined;
  /** Other columns of the task that change together with its status. */
  changes?: Omit<Changes, 'status' | 'completed_at'>;
}

/** Columns of a task and their new values. */
type Changes = Partial<
  Pick<
    TaskTable,
    'status' | 'assigned_agent' | 'started_at' | 'completed_at' | 'blocked_at' | 'blocked_reason'
  >
>;

const changeableColumns = [
  'status',
  'assigned_agent',
  'started_at',
  'completed_at',
  'blocked_at',
  'blocked_reason',
] as const satisfies readonly (keyof Changes)[];
type Column = (typeof changeableColumns)[number];

/** Changes these columns of a task that is still in the status `from`. */
const changeTask = compiledStatement(
  (statements, value: ValueOf<Changes & { id: number; from: string }>, columns: readonly Column[]) =>
    columns
      .reduce((update, column) => update.set(column, value(column)), statements.updateTable('tasks'))
      .where('id', '=', value('id'))
      .where('status', '=', value('from'))
      .returning(changedTaskColumns),
);

interface HistoryValues {
  taskId: number;
  from: string;
  to: string;
  agent: string | null;
  notes: string | null;
  timestamp: string;
  rejectionReason: string | null;
}

const addHistory = compiledStatement(
  (statements, value: ValueOf<HistoryValues>, hasRejectionReason: boolean) =>
    statements.insertInto('task_history').values({
      task_id: value('taskId'),
      old_status: value('from'),
      new_status: value('to'),
      agent: value('agent'),
      notes: value('notes'),
      timestamp: value('timestamp'),
      ...(hasRejectionReason ? { rejection_reason: value('rejectionReason') } : {}),
    }),
);

/**
 * Moves a task to a status and returns the changed task. If the status changes, also adds a row to the task history.
 * Throws StatusNotAllowedError.
 */
export async function moveTask(
  { tx, tables, workflow, now }: Operation,
  task: { id: number; status: string },
  { to, agent, notes, rejectionReason, changes = {} }: Move,
): Promise<Task> {
  if (tables.taskStatuses !== null && !tables.taskStatuses.includes(to))
    throw new StatusNotAllowedError(to, tables.taskStatuses);

  const completes = workflow.statuses.get(to)?.isComplete === true;
  const all: Changes = { ...changes, status: to, ...(completes ? { completed_at: databaseTime(now) } : {}) };
  const columns = changeableColumns.filter((column) => all[column] !== undefined);
  const [moved] = await changeTask(tx, { ...all, id: task.id, from: task.status }, columns);
  // This should never happen, because the transaction read the status under the write lock.
  if (moved === undefined)
    throw new Error(`The status of task ${task.id} changed from '${task.status}' during the move`);
  if (to !== task.status)
    await addHistory(
      tx,
      {
        taskId: task.id,
        from: task.status,
        to,
        agent,
        notes,
        timestamp: databaseTime(now),
        rejectionReason: rejectionReason ?? null,
      },
      tables.hasRejectionReason,
    );
  return readChangedTask(moved);
}
