import type { TaskSession } from '../../db/generated/prisma/client.ts';
import type { Outcome } from '../../shared/outcomes.ts';
import { closeSession } from './close-session.ts';
import { findTask, type TaskRow } from '../tasks/find.ts';
import { findActiveSession, findSession } from './find.ts';
import { type Move, moveTask } from '../tasks/move-task.ts';
import { checkMayEndWorkOf } from '../actor.ts';
import type { Operation } from '../operation.ts';
import { SessionNotActiveError, SessionNotFoundError } from '../errors.ts';
import { type LifecycleResult, sessionNotRecorded, waitingIn } from './result.ts';

export interface CloseWorkParams {
  taskKey: string;
  /** The fencing token: if given, it must be the open session of the task. */
  sessionId?: number | null | undefined;
  outcome: Exclude<Outcome, 'abandoned'>;
  notes: string | null;
  /** Returns the target status and other changes. Throws InvalidTransitionError. */
  decide: (task: TaskRow, active: TaskSession | null) => Pick<Move, 'to' | 'rejectionReason' | 'changes'>;
  /** Writes further rows in the same transaction. */
  alsoWrite?: (task: TaskRow, session: TaskSession | null) => Promise<void>;
}

/**
 * The common part of finish, reject and block: checks the fencing token, moves the task, closes the session. If the
 * given session is already closed with the same outcome, returns the first result and changes nothing.
 * Throws TaskNotFoundError, SessionNotFoundError, SessionNotActiveError, ForbiddenError.
 */
export async function closeWork(operation: Operation, params: CloseWorkParams): Promise<LifecycleResult> {
  const { workflow, tables, actor } = operation;
  const { outcome, notes } = params;
  const task = await findTask(operation, params.taskKey);
  const active = await findActiveSession(operation, task.id);

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
  await moveTask(operation, task, {
    ...move,
    agent: active?.agentId ?? null,
    notes,
    changes: { assignedAgent: null, ...move.changes },
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
    taskId: task.id,
    session,
    previousStatus: task.status,
    next: waitingIn(workflow, move.to),
    warnings,
  };
}

/** Rebuilds the result of the close of this session. */
export function closedBefore({ workflow }: Operation, session: TaskSession): LifecycleResult {
  return {
    taskId: session.taskId,
    session,
    previousStatus: session.closedFrom ?? session.claimedTo,
    next: waitingIn(workflow, session.closedTo ?? session.claimedTo),
    warnings: [],
  };
}
