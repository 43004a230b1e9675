import { checkTaskKey } from '../input.ts';
import type { Operation } from '../operation.ts';
import { TaskNotFoundError } from '../errors.ts';

/** The columns of a task that operations decide by. */
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
  /** Who works on it, also where no session says so. */
  assignedAgent: string | null;
}

/** Throws InvalidInputError for text that is no key, TaskNotFoundError for a key that no task has. */
export async function findTask({ tx }: Operation, taskKey: string): Promise<TaskRow> {
  const key = checkTaskKey(taskKey);
  const task = await tx.task.findUnique({ where: { key }, select: taskColumns });
  if (task === null) throw new TaskNotFoundError(key);
  return task;
}
