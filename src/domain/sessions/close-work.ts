import type { TaskSession } from '../../db/generated/prisma/client.ts';
import { closeSession, type Outcome } from './close-session.ts';
import { findTask, type TaskRow } from '../tasks/find.ts';
import { findActiveSession, findSession } from './find.ts';
import { type Move, moveTask } from '../tasks/move-task.ts';
import { checkMayEndWorkOf } from '../actor.ts';
import type { Operation } from '../operation.ts';
import { SessionNotActiveError, SessionNotFoundError } from '../errors.ts';
import { type LifecycleResult, sessionNotRecorded, waitingIn } from './result.ts';

export interface CloseWorkParams {
  taskKey: string;
  /** The fence: when given, only the holder of this very session may close. */
  sessionId?: number | null | undefined;
  outcome: Exclude<Outcome, 'abandoned'>;
  notes: string | null;
  /** Where the task goes from its status, and what else changes; throws the refusal when it cannot. */
  decide: (task: TaskRow, active: TaskSession | null) => Pick<Move, 'to' | 'rejectionReason' | 'changes'>;
  /** Further rows that belong to the close. */
  alsoWrite?: (task: TaskRow, session: TaskSession | null) => Promise<void>;
}

/**
 * What finish, reject and block have in common: the fence, the move, the end of the session. A close that is
 * repeated with the session and outcome of one that happened is answered as that one was, and changes nothing.
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

/** The result that the close of this session had. */
export function closedBefore({ workflow }: Operation, session: TaskSession): LifecycleResult {
  return {
    taskId: session.taskId,
    session,
    previousStatus: session.closedFrom ?? session.claimedTo,
    next: waitingIn(workflow, session.closedTo ?? session.claimedTo),
    warnings: [],
  };
}
