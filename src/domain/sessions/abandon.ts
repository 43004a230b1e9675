import { closeSession } from './close-session.ts';
import { closedBefore } from './close-work.ts';
import type { Task } from '../tasks/task.ts';
import type { TaskSession } from './session.ts';
import { findActiveSession, findSession } from './find.ts';
import { checkOptionalText, limits } from '../input.ts';
import { moveTask } from '../tasks/move-task.ts';
import type { Operation } from '../operation.ts';
import { SessionNotActiveError, SessionNotFoundError } from '../errors.ts';
import { type LifecycleResult, waitingIn } from './result.ts';

export interface AbandonParams {
  sessionId: number;
  reason?: string | null | undefined;
}

/**
 * Undoes a claim: closes the session as abandoned and moves the task back to its earlier status. Throws
 * InvalidInputError, SessionNotFoundError, SessionNotActiveError, StatusNotAllowedError.
 */
export async function abandonSession(operation: Operation, params: AbandonParams): Promise<LifecycleResult> {
  const reason = checkOptionalText('reason', params.reason, limits.text);
  const session = await findSession(operation, params.sessionId);
  if (session === null) throw new SessionNotFoundError(params.sessionId);
  if (session.outcome === 'abandoned') {
    const first = closedBefore(operation, session);
    const moved = movedSinceClaim(session, session.closedFrom ?? session.claimedTo);
    return { ...first, warnings: [...first.warnings, ...moved] };
  }
  if (session.endedAt !== null)
    throw new SessionNotActiveError(session, await findActiveSession(operation, session.taskId));
  return abandon(operation, session, reason);
}

/** Closes an open session as abandoned. Throws StatusNotAllowedError. */
export async function abandon(
  operation: Operation,
  session: TaskSession & { task: Task },
  reason: string | null,
): Promise<LifecycleResult> {
  const { task } = session;
  // If another program has moved the task since the claim, the task keeps its new status.
  const isUnmoved = task.status === session.claimedTo;
  const to = isUnmoved ? session.claimedFrom : task.status;
  const moved = isUnmoved
    ? await moveTask(operation, task, {
        to,
        agent: session.agentId,
        notes: reason,
        changes: { assigned_agent: null },
      })
    : task;
  const closed = await closeSession(operation, session, {
    outcome: 'abandoned',
    notes: reason,
    closedFrom: task.status,
    closedTo: to,
  });
  return {
    task: moved,
    session: closed,
    previousStatus: task.status,
    next: waitingIn(operation.workflow, to),
    repeated: false,
    warnings: movedSinceClaim(session, task.status),
  };
}

function movedSinceClaim({ claimedTo }: TaskSession, status: string): string[] {
  return status === claimedTo
    ? []
    : [`Another program moved the task to ${status} after the claim. The task stays in this status`];
}
