import type { TaskSession } from '../../db/generated/prisma/client.ts';
import type { Operation } from '../operation.ts';
import { SessionNotActiveError, SessionNotFoundError } from '../errors.ts';
import { findActiveSession, findSession } from './find.ts';

export const outcomes = ['completed', 'rejected', 'blocked', 'abandoned'] as const;
export type Outcome = (typeof outcomes)[number];

export interface Closing {
  outcome: Outcome;
  notes: string | null;
  /** The status in which the close finds the task, and the one to which it leads. */
  closedFrom: string;
  closedTo: string;
}

/**
 * Writes the end of a session, if it has none: nothing but heartbeats is written to one before, and nothing after.
 * Throws SessionNotActiveError, SessionNotFoundError.
 */
export async function closeSession(
  operation: Operation,
  session: TaskSession,
  closing: Closing,
): Promise<TaskSession> {
  const { tx, now } = operation;
  // A clock that was set back must not keep anybody from finishing.
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
