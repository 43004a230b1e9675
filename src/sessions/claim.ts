import type { TaskSession } from '../generated/prisma/client.ts';
import { agentTypeFits, claimTarget, finishTarget } from '../workflow/transitions.ts';
import { closeSession } from './close-session.ts';
import { unfinishedDependencies } from '../tasks/dependencies.ts';
import { findTask, type TaskRow } from '../tasks/find.ts';
import { findActiveSession } from './find.ts';
import { checkOptionalText, checkText, limits } from '../operations/input.ts';
import { moveTask } from '../tasks/move-task.ts';
import { wayOut } from '../tasks/way-out.ts';
import type { Operation } from '../operations/operation.ts';
import { InvalidTransitionError, TaskAlreadyClaimedError } from '../operations/refusals.ts';
import { type LifecycleResult, sessionNotRecorded } from './result.ts';

export interface ClaimParams {
  taskKey: string;
  agentId: string;
  agentType?: string | null | undefined;
}

/**
 * Hands a task to an agent: the task moves to where it is worked on and a session opens, together.
 * Throws InvalidInputError, TaskNotFoundError, TaskAlreadyClaimedError, InvalidTransitionError,
 * StatusNotAllowedError.
 */
export async function claimTask(operation: Operation, params: ClaimParams): Promise<LifecycleResult> {
  const agentId = checkText('agentId', params.agentId, limits.agent);
  const agentType = checkOptionalText('agentType', params.agentType, limits.agent);
  const task = await findTask(operation, params.taskKey);
  return claim(operation, task, agentId, agentType);
}

async function claim(
  operation: Operation,
  task: TaskRow,
  agentId: string,
  agentType: string | null,
): Promise<LifecycleResult> {
  const { workflow, tables, tx, now } = operation;
  const warnings: string[] = [];

  const target = claimTarget(workflow, task.status);
  if (target === undefined) throw notClaimable(operation, task);

  const holder = await findActiveSession(operation, task.id);
  if (holder !== null) {
    // A task that a claim would move is waiting, so nobody works on it: another program moved it under its holder.
    if (target === task.status) throw new TaskAlreadyClaimedError(holder);
    await closeSession(operation, holder, {
      outcome: 'abandoned',
      notes: `The task was found waiting in ${task.status} with this session still open`,
      closedFrom: task.status,
      closedTo: task.status,
    });
    warnings.push(
      `The session that agent '${holder.agentId}' had left open was closed as abandoned, because the task was waiting in ${task.status}`,
    );
  }

  const status = workflow.statuses.get(task.status);
  if (agentType !== null && status !== undefined && !agentTypeFits(status, agentType))
    warnings.push(
      `Agent type '${agentType}' is not among those that work on ${task.status}: ${status.agentTypes.join(', ')}`,
    );
  const unfinished = await unfinishedDependencies(operation, task);
  if (unfinished.length > 0)
    warnings.push(`The task depends on work that is not finished: ${unfinished.join(', ')}`);

  await moveTask(operation, task, {
    to: target,
    agent: agentId,
    notes: null,
    changes: { assignedAgent: agentId, ...(task.startedAt === null ? { startedAt: now } : {}) },
  });

  let session: TaskSession | null = null;
  if (tables.hasTaskSessions)
    session = await tx.taskSession.create({
      data: {
        taskId: task.id,
        agentId,
        agentType,
        phase: workflow.statuses.get(target)?.phase ?? 'any',
        claimedFrom: task.status,
        claimedTo: target,
        startedAt: now,
      },
    });
  else warnings.push(sessionNotRecorded);

  const finish = finishTarget(workflow, target);
  return {
    taskId: task.id,
    session,
    previousStatus: task.status,
    next: finish === undefined ? null : (workflow.statuses.get(finish) ?? null),
    warnings,
  };
}

function notClaimable({ workflow }: Operation, { key, status }: TaskRow): InvalidTransitionError {
  const transitions = workflow.statuses.get(status)?.transitions ?? [];
  return new InvalidTransitionError({
    message: `Task ${key} cannot be claimed in status '${status}'`,
    suggestion: wayOut(workflow, status),
    currentStatus: status,
    allowedTransitions: transitions.filter((to) => claimTarget(workflow, to) !== undefined),
  });
}
