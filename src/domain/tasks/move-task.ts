import type { Operation } from '../operation.ts';
import { StatusNotAllowedError } from '../errors.ts';

export interface Move {
  to: string;
  /** The agent to record in the task history. */
  agent: string | null;
  /** The reason to record in the task history. */
  notes: string | null;
  /** The reason for a rejection. Undefined for other moves. */
  rejectionReason?: string | undefined;
  /** Other columns of the task that change together with its status. */
  changes?: {
    assignedAgent?: string | null;
    startedAt?: Date;
    blockedAt?: Date | null;
    blockedReason?: string | null;
  };
}

/**
 * Moves a task to a status. If the status changes, also adds a row to the task history. Throws StatusNotAllowedError.
 */
export async function moveTask(
  { tx, tables, workflow, now }: Operation,
  task: { id: number; status: string },
  { to, agent, notes, rejectionReason, changes = {} }: Move,
): Promise<void> {
  if (tables.taskStatuses !== null && !tables.taskStatuses.includes(to))
    throw new StatusNotAllowedError(to, tables.taskStatuses);

  const completes = workflow.statuses.get(to)?.isComplete === true;
  const moved = await tx.task.updateMany({
    where: { id: task.id, status: task.status },
    data: { ...changes, status: to, ...(completes ? { completedAt: now } : {}) },
  });
  // This should never happen, because the transaction read the status under the write lock.
  if (moved.count !== 1)
    throw new Error(`The status of task ${task.id} changed from '${task.status}' during the move`);
  if (to === task.status) return;

  await tx.taskHistory.create({
    data: {
      taskId: task.id,
      oldStatus: task.status,
      newStatus: to,
      agent,
      notes,
      timestamp: now,
      ...(rejectionReason !== undefined && tables.hasRejectionReason ? { rejectionReason } : {}),
    },
    select: { id: true },
  });
}
