import { compiledStatement, type ValueOf } from '../../db/compiled-statement.ts';
import { databaseTime } from '../../db/sqlite/database-time.ts';
import type { Outcome } from '../../shared/outcomes.ts';
import type { Operation } from '../operation.ts';
import { SessionNotActiveError, SessionNotFoundError } from '../errors.ts';
import { findActiveSession, findSession } from './find.ts';
import { readSession, sessionColumns, type TaskSession } from './session.ts';

export interface Closing {
  outcome: Outcome;
  notes: string | null;
  /** The status of the task before the session was closed. */
  closedFrom: string;
  /** The status of the task after the session was closed. */
  closedTo: string;
}

const endSession = compiledStatement(
  (statements, value: ValueOf<Closing & { id: number; endedAt: string }>) =>
    statements
      .updateTable('task_sessions')
      .set({
        outcome: value('outcome'),
        notes: value('notes'),
        closed_from: value('closedFrom'),
        closed_to: value('closedTo'),
        ended_at: value('endedAt'),
      })
      .where('id', '=', value('id'))
      .where('ended_at', 'is', null)
      .returning(sessionColumns),
);

/** Closes an open session. Throws SessionNotActiveError, SessionNotFoundError. */
export async function closeSession(
  operation: Operation,
  session: TaskSession,
  closing: Closing,
): Promise<TaskSession> {
  const { tx, now } = operation;
  // A session cannot end before it started. If the clock was set back, the session ends at its start.
  const endedAt = now < session.startedAt ? session.startedAt : now;
  const [closed] = await endSession(tx, { ...closing, id: session.id, endedAt: databaseTime(endedAt) });
  if (closed !== undefined) return readSession(closed);

  const ended = await findSession(operation, session.id);
  if (ended === null) throw new SessionNotFoundError(session.id);
  throw new SessionNotActiveError(ended, await findActiveSession(operation, ended.taskId));
}
