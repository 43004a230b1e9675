import type { Outcome } from '../../shared/outcomes.ts';
import { closeSession } from './close-session.ts';
import { findTask } from '../tasks/find.ts';
import type { Task } from '../tasks/task.ts';
import type { TaskSession } from './session.ts';
import { findActiveSession, findSession } from './find.ts';
import { type Move, moveTask } from '../tasks/move-task.ts';
import { checkMayEndWorkOf } from '../actor.ts';
import type { Operation } from '../operation.ts';
import { SessionNotActiveError, SessionNotFoundError } from '../errors.ts';
import { alreadyEnded, type LifecycleResult, sessionNotRecorded, waitingIn } from './result.ts';

export interface CloseWorkParams {
  taskKey: string;
  /** The fencing token: the id of the session to close. If set, it must be the open session of the task. */
  sessionId?: number | null | undefined;
  outcome: Exclude<Outcome, 'abandoned'>;
  notes: string | null;
  /** Chooses the next status of the task, and the new values of other columns. Throws InvalidTransitionError. */
  decide: (task: Task, active: TaskSession | null) => Pick<Move, 'to' | 'rejectionReason' | 'changes'>;
  /** Writes additional rows in the transaction that closes the session. */
  alsoWrite?: (task: Task, session: TaskSession | null) => Promise<void>;
}

/**
 * The part that `finishTask`, `rejectTask` and `blockTask` share. If the session `sessionId` has already ended with
 * this outcome, returns the first result with a warning. Throws TaskNotFoundError, SessionNotFoundError,
 * SessionNotActiveError, ForbiddenError.
 */
export async function closeWork(operation: Operation, params: CloseWorkParams): Promise<LifecycleResult> {
  const { workflow, tables, actor } = operation;
  const { outcome, notes } = params;
  const task = await findTask(operation, params.taskKey);
  const active = task.activeSessionId === null ? null : await findActiveSession(operation, task.id);

  if (typeof params.sessionId === 'number' && params.sessionId !== active?.id) {
    const named = await findSession(operation, params.sessionId);
    if (named === null || named.taskId !== task.id)
      throw new SessionNotFoundError(params.sessionId, task.key);
    checkMayEndWorkOf(actor, named.agentId, task.key);
    if (named.outcome === outcome) return closedBefore(operation, named);
    throw new SessionNotActiveError(named, active);
  }

  checkMayEndWorkOf(actor, active?.agentId ?? task.assignedAgent, task.key);
  const move = params.decide(task, active);
  const moved = await moveTask(operation, task, {
    ...move,
    agent: active?.agentId ?? null,
    notes,
    changes: { assigned_agent: null, ...move.changes },
  });
  const session =
    active === null
      ? null
      : await closeSession(operation, active, { outcome, notes, closedFrom: task.status, closedTo: move.to });
  await params.alsoWrite?.(task, session);

  const warnings: string[] = [];
  if (!tables.hasTaskSessions) warnings.push(sessionNotRecorded);
  else if (session === null) warnings.push('No active session found, skipping session closure');
  return {
    task: moved,
    session,
    previousStatus: task.status,
    next: waitingIn(workflow, move.to),
    repeated: false,
    warnings,
  };
}

/** Rebuilds the result of an earlier request from the session that it closed. */
export function closedBefore(
  { workflow }: Operation,
  session: TaskSession & { task: Task },
): LifecycleResult {
  return {
    task: session.task,
    session,
    previousStatus: session.closedFrom ?? session.claimedTo,
    next: waitingIn(workflow, session.closedTo ?? session.claimedTo),
    repeated: true,
    warnings: [alreadyEnded(session)],
  };
}
