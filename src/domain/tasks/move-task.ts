import type { Operation } from '../operation.ts';
import { StatusNotAllowedError } from '../errors.ts';

export interface Move {
  to: string;
  /** The agent that is written to the history. */
  agent: string | null;
  /** The reason that is written to the history. */
  notes: string | null;
  /** The reason of a rejection. Undefined for other moves. */
  rejectionReason?: string | undefined;
  /** Other columns of the task to change. */
  changes?: {
    assignedAgent?: string | null;
    startedAt?: Date;
    blockedAt?: Date | null;
    blockedReason?: string | null;
  };
}

/**
 * Moves a task and writes the history row of the move. If the task already has the status, no row is written.
 * Throws StatusNotAllowedError.
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
  // This cannot happen, because the transaction took the write lock before it read the status.
  if (moved.count !== 1)
    throw new Error(`Task ${task.id} left the status '${task.status}' while it was being moved`);
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
