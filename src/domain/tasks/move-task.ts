import type { Updateable } from 'kysely';
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
  changes?: Updateable<Pick<TaskTable, 'assigned_agent' | 'started_at' | 'blocked_at' | 'blocked_reason'>>;
}

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
  const moved = await tx
    .updateTable('tasks')
    .set({ ...changes, status: to, ...(completes ? { completed_at: databaseTime(now) } : {}) })
    .where('id', '=', task.id)
    .where('status', '=', task.status)
    .returning(changedTaskColumns)
    .executeTakeFirst();
  // This should never happen, because the transaction read the status under the write lock.
  if (moved === undefined)
    throw new Error(`The status of task ${task.id} changed from '${task.status}' during the move`);
  if (to !== task.status)
    await tx
      .insertInto('task_history')
      .values({
        task_id: task.id,
        old_status: task.status,
        new_status: to,
        agent,
        notes,
        timestamp: databaseTime(now),
        ...(rejectionReason !== undefined && tables.hasRejectionReason
          ? { rejection_reason: rejectionReason }
          : {}),
      })
      .execute();
  return readChangedTask(moved);
}
