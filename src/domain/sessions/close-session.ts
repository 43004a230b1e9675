import type { TaskSession } from '../../db/generated/prisma/client.ts';
import type { Outcome } from '../../shared/outcomes.ts';
import type { Operation } from '../operation.ts';
import { SessionNotActiveError, SessionNotFoundError } from '../errors.ts';
import { findActiveSession, findSession } from './find.ts';

export interface Closing {
  outcome: Outcome;
  notes: string | null;
  /** The status of the task before the session was closed. */
  closedFrom: string;
  /** The status of the task after the session was closed. */
  closedTo: string;
}

/** Closes an open session. Throws SessionNotActiveError, SessionNotFoundError. */
export async function closeSession(
  operation: Operation,
  session: TaskSession,
  closing: Closing,
): Promise<TaskSession> {
  const { tx, now } = operation;
  // A session cannot end before it started. If the clock was set back, the session ends at its start.
  const endedAt = now < session.startedAt ? session.startedAt : now;
  const [closed] = await tx.taskSession.updateManyAndReturn({
    where: { id: session.id, endedAt: null },
    data: { ...closing, endedAt },
  });
  if (closed !== undefined) return closed;

  const ended = await findSession(operation, session.id);
  if (ended === null) throw new SessionNotFoundError(session.id);
  throw new SessionNotActiveError(ended, await findActiveSession(operation, ended.taskId));
}
