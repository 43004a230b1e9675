import type { TaskSession } from '../../db/generated/prisma/client.ts';
import type { Operation } from '../operation.ts';
import { type TaskRow, taskColumns } from '../tasks/find.ts';

export async function findActiveSession(
  { tx, tables }: Operation,
  taskId: number,
): Promise<TaskSession | null> {
  return tables.hasTaskSessions ? tx.taskSession.findFirst({ where: { taskId, endedAt: null } }) : null;
}

export async function findSession(
  { tx, tables }: Operation,
  sessionId: number,
): Promise<(TaskSession & { task: TaskRow }) | null> {
  if (!tables.hasTaskSessions) return null;
  return tx.taskSession.findUnique({
    where: { id: sessionId },
    include: { task: { select: taskColumns } },
  });
}
