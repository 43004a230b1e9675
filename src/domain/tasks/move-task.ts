import type { Operation } from '../operation.ts';
import { StatusNotAllowedError } from '../errors.ts';

export interface Move {
  to: string;
  /** Who moved the task, for its history. */
  agent: string | null;
  /** Why, for its history. */
  notes: string | null;
  /** Set when the move sends work back. */
  rejectionReason?: string | undefined;
  /** What else changes on the task. */
  changes?: {
    assignedAgent?: string | null;
    startedAt?: Date;
    blockedAt?: Date | null;
    blockedReason?: string | null;
  };
}

/**
 * Moves a task and writes the history row that goes with it. A task that is already there keeps its status and
 * gets no row. Throws StatusNotAllowedError.
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
  // The transaction holds the write lock since before it read the status, so nobody can have come in between.
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
