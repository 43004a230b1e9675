import type { TaskSession } from '../generated/prisma/client.ts';
import type { Operation } from '../operations/operation.ts';

export type Outcome = 'completed' | 'rejected' | 'blocked' | 'abandoned';

export interface Closing {
  outcome: Outcome;
  notes: string | null;
  /** The status in which the close finds the task, and the one to which it leads. */
  closedFrom: string;
  closedTo: string;
}

/** Writes the end of a session: the only thing that is ever written to one after its claim. */
export async function closeSession(
  { tx, now }: Operation,
  session: TaskSession,
  closing: Closing,
): Promise<TaskSession> {
  // A clock that was set back must not keep anybody from finishing.
  const endedAt = now < session.startedAt ? session.startedAt : now;
  const [closed] = await tx.taskSession.updateManyAndReturn({
    where: { id: session.id, endedAt: null },
    data: { ...closing, endedAt },
  });
  // The transaction holds the write lock since before it read the session, so nobody can have come in between.
  if (closed === undefined) throw new Error(`Session ${session.id} was closed while it was being closed`);
  return closed;
}
