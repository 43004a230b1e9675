import type { TaskSession } from '../../db/generated/prisma/client.ts';
import { checkMayEndWorkOf } from '../actor.ts';
import type { Operation } from '../operation.ts';
import { SessionNotActiveError, SessionNotFoundError } from '../errors.ts';
import { findActiveSession, findSession } from './find.ts';

/**
 * Records a heartbeat: the agent of the session is still working. Throws SessionNotFoundError, SessionNotActiveError,
 * ForbiddenError.
 */
export async function heartbeatSession(
  operation: Operation,
  { sessionId }: { sessionId: number },
): Promise<TaskSession> {
  const { tx, now, actor } = operation;
  const session = await findSession(operation, sessionId);
  if (session === null) throw new SessionNotFoundError(sessionId);
  checkMayEndWorkOf(actor, session.agentId, session.task.key);
  const before = session.lastHeartbeatAt ?? session.startedAt;
  const [alive] = await tx.taskSession.updateManyAndReturn({
    where: { id: sessionId, endedAt: null },
    // Keep the later time, in case the clock was set back.
    data: { lastHeartbeatAt: now < before ? before : now },
  });
  if (alive === undefined)
    throw new SessionNotActiveError(session, await findActiveSession(operation, session.taskId));
  return alive;
}
