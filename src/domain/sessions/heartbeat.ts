import { databaseTime } from '../../db/sqlite/database-time.ts';
import { checkMayEndWorkOf } from '../actor.ts';
import type { Operation } from '../operation.ts';
import { SessionNotActiveError, SessionNotFoundError } from '../errors.ts';
import { findActiveSession, findSession } from './find.ts';
import type { Task } from '../tasks/task.ts';
import { readSession, sessionColumns, type TaskSession } from './session.ts';

/**
 * Records a heartbeat: the agent of the session is still working. Throws SessionNotFoundError, SessionNotActiveError,
 * ForbiddenError.
 */
export async function heartbeatSession(
  operation: Operation,
  { sessionId }: { sessionId: number },
): Promise<TaskSession & { task: Task }> {
  const { tx, now, actor } = operation;
  const session = await findSession(operation, sessionId);
  if (session === null) throw new SessionNotFoundError(sessionId);
  checkMayEndWorkOf(actor, session.agentId, session.task.key);
  const before = session.lastHeartbeatAt ?? session.startedAt;
  const alive = await tx
    .updateTable('task_sessions')
    // Keep the later time, in case the clock was set back.
    .set({ last_heartbeat_at: databaseTime(now < before ? before : now) })
    .where('id', '=', sessionId)
    .where('ended_at', 'is', null)
    .returning(sessionColumns)
    .executeTakeFirst();
  if (alive === undefined)
    throw new SessionNotActiveError(session, await findActiveSession(operation, session.taskId));
  return { ...readSession(alive), task: session.task };
}
