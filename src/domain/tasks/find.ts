import { checkTaskKey } from '../input.ts';
import type { Operation } from '../operation.ts';
import { TaskNotFoundError } from '../errors.ts';

/** The columns of a task that operations need. */
export const taskColumns = {
  id: true,
  key: true,
  status: true,
  dependsOn: true,
  startedAt: true,
  assignedAgent: true,
} as const;

export interface TaskRow {
  id: number;
  key: string;
  status: string;
  dependsOn: string | null;
  startedAt: Date | null;
  /** The agent that works on the task. It is also set in databases without sessions. */
  assignedAgent: string | null;
}

/** Throws InvalidInputError for an invalid key, TaskNotFoundError for a key that no task has. */
export async function findTask({ tx }: Operation, taskKey: string): Promise<TaskRow> {
  const key = checkTaskKey(taskKey);
  const task = await tx.task.findUnique({ where: { key }, select: taskColumns });
  if (task === null) throw new TaskNotFoundError(key);
  return task;
}
