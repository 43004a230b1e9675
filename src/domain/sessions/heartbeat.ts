import type { TaskSession } from '../../db/generated/prisma/client.ts';
import { checkMayEndWorkOf } from '../actor.ts';
import type { Operation } from '../operation.ts';
import { SessionNotActiveError, SessionNotFoundError } from '../errors.ts';
import { findActiveSession, findSession } from './find.ts';

/** Notes that the agent of a session is alive. Throws SessionNotFoundError, SessionNotActiveError, ForbiddenError. */
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
    // A clock that was set back must not make an agent look as if it had been silent for longer.
    data: { lastHeartbeatAt: now < before ? before : now },
  });
  if (alive === undefined)
    throw new SessionNotActiveError(session, await findActiveSession(operation, session.taskId));
  return alive;
}
