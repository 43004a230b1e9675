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
  /** The agent that works on the task. Databases without a table of sessions have this column, too. */
  assignedAgent: string | null;
}

/** Finds a task by its key. Throws InvalidInputError for an invalid key, and TaskNotFoundError for an unknown one. */
export async function findTask({ tx }: Operation, taskKey: string): Promise<TaskRow> {
  const key = checkTaskKey(taskKey);
  const task = await tx.task.findUnique({ where: { key }, select: taskColumns });
  if (task === null) throw new TaskNotFoundError(key);
  return task;
}
