import { compiledStatement, type ValueOf } from '../../db/compiled-statement.ts';
import { databaseTime } from '../../db/sqlite/database-time.ts';
import { checkMayEndWorkOf } from '../actor.ts';
import type { Operation } from '../operation.ts';
import { SessionNotActiveError, SessionNotFoundError } from '../errors.ts';
import { findActiveSession, findSession } from './find.ts';
import type { Task } from '../tasks/task.ts';
import { readSession, sessionColumns, type TaskSession } from './session.ts';

const recordHeartbeat = compiledStatement((statements, value: ValueOf<{ id: number; at: string }>) =>
  statements
    .updateTable('task_sessions')
    .set({ last_heartbeat_at: value('at') })
    .where('id', '=', value('id'))
    .where('ended_at', 'is', null)
    .returning(sessionColumns),
);

/** The session with its new heartbeat, and its task as it is now. */
export interface HeartbeatResult {
  session: TaskSession;
  task: Task;
  /** Sentences for the user. */
  warnings: string[];
}

/**
 * Records a heartbeat: the agent of the session is still working. Warns if another program moved the task. Throws
 * SessionNotFoundError, SessionNotActiveError, ForbiddenError.
 */
export async function heartbeatSession(
  operation: Operation,
  { sessionId }: { sessionId: number },
): Promise<HeartbeatResult> {
  const { tx, now, actor } = operation;
  const session = await findSession(operation, sessionId);
  if (session === null) throw new SessionNotFoundError(sessionId);
  checkMayEndWorkOf(actor, session.agentId, session.task.key);
  const before = session.lastHeartbeatAt ?? session.startedAt;
  // Keep the later time, in case the clock was set back.
  const at = databaseTime(now < before ? before : now);
  const [alive] = await recordHeartbeat(tx, { id: sessionId, at });
  if (alive === undefined)
    throw new SessionNotActiveError(session, await findActiveSession(operation, session.taskId));
  const { task, claimedTo } = session;
  return {
    session: readSession(alive),
    task,
    warnings:
      task.status === claimedTo
        ? []
        : [
            `Another program moved task ${task.key} from ${claimedTo} to ${task.status} after the claim. Check the task before you continue`,
          ],
  };
}
