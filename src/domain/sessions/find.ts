import type { Operation } from '../operation.ts';
import { getTask } from '../tasks/find.ts';
import type { Task } from '../tasks/task.ts';
import { readSession, sessionColumns, type TaskSession } from './session.ts';

export async function findActiveSession(
  { tx, tables }: Operation,
  taskId: number,
): Promise<TaskSession | null> {
  if (!tables.hasTaskSessions) return null;
  const row = await tx
    .selectFrom('task_sessions')
    .select(sessionColumns)
    .where('task_id', '=', taskId)
    .where('ended_at', 'is', null)
    .executeTakeFirst();
  return row === undefined ? null : readSession(row);
}

export async function findSession(
  { tx, tables }: Operation,
  sessionId: number,
): Promise<(TaskSession & { task: Task }) | null> {
  if (!tables.hasTaskSessions) return null;
  const row = await tx
    .selectFrom('task_sessions')
    .select(sessionColumns)
    .where('id', '=', sessionId)
    .executeTakeFirst();
  return row === undefined ? null : { ...readSession(row), task: await getTask({ tx, tables }, row.taskId) };
}
