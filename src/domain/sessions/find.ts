import { compiledStatement, type ValueOf } from '../../db/compiled-statement.ts';
import type { Operation } from '../operation.ts';
import { getTask } from '../tasks/find.ts';
import type { Task } from '../tasks/task.ts';
import { readSession, sessionColumns, type TaskSession } from './session.ts';

const activeSessionOfTask = compiledStatement((statements, value: ValueOf<{ taskId: number }>) =>
  statements
    .selectFrom('task_sessions')
    .select(sessionColumns)
    .where('task_id', '=', value('taskId'))
    .where('ended_at', 'is', null),
);

export async function findActiveSession(
  { tx, tables }: Operation,
  taskId: number,
): Promise<TaskSession | null> {
  if (!tables.hasTaskSessions) return null;
  const [row] = await activeSessionOfTask(tx, { taskId });
  return row === undefined ? null : readSession(row);
}

const sessionWithId = compiledStatement((statements, value: ValueOf<{ id: number }>) =>
  statements.selectFrom('task_sessions').select(sessionColumns).where('id', '=', value('id')),
);

export async function findSession(
  { tx, tables }: Operation,
  sessionId: number,
): Promise<(TaskSession & { task: Task }) | null> {
  if (!tables.hasTaskSessions) return null;
  const [row] = await sessionWithId(tx, { id: sessionId });
  return row === undefined ? null : { ...readSession(row), task: await getTask({ tx, tables }, row.taskId) };
}
