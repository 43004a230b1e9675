import { databaseTime } from '../../db/sqlite/database-time.ts';
import { term, wording } from '../../shared/wording.ts';
import { suggestedNextStep } from '../tasks/suggested-next-step.ts';
import { blockTarget, unblockTarget } from '../workflow/transitions.ts';
import { closeWork } from './close-work.ts';
import { findTask } from '../tasks/find.ts';
import { checkText, limits } from '../input.ts';
import { moveTask } from '../tasks/move-task.ts';
import { findPreviousStatus } from '../tasks/task-history.ts';
import type { Operation } from '../operation.ts';
import { InvalidTransitionError } from '../errors.ts';
import { type LifecycleResult, waitingIn } from './result.ts';

export interface BlockParams {
  taskKey: string;
  reason: string;
  sessionId?: number | null | undefined;
}

/**
 * Closes the session of a task as blocked, and moves the task to `blocked`. Throws InvalidInputError,
 * TaskNotFoundError, SessionNotFoundError, SessionNotActiveError, InvalidTransitionError, StatusNotAllowedError,
 * ForbiddenError.
 */
export async function blockTask(operation: Operation, params: BlockParams): Promise<LifecycleResult> {
  const { workflow, now } = operation;
  const reason = checkText('reason', params.reason, limits.text);
  return closeWork(operation, {
    taskKey: params.taskKey,
    sessionId: params.sessionId,
    outcome: 'blocked',
    notes: reason,
    decide: ({ key, status }, active) => {
      const to = blockTarget(workflow, status);
      if (to === undefined)
        throw new InvalidTransitionError({
          message: `Task ${key} cannot be blocked in status '${status}'`,
          suggestion:
            active === null || !workflow.statuses.has(status)
              ? suggestedNextStep(workflow, status)
              : wording`The workflow has no transition from '${status}' to 'blocked'. Use ${term('rejectTask')} or ${term('abandonSession')}`,
          currentStatus: status,
          allowedTransitions: [],
        });
      return { to, changes: { blocked_at: databaseTime(now), blocked_reason: reason } };
    },
  });
}

/**
 * Moves a blocked task back to the queue of the phase in which it was blocked. Opens no session. Throws
 * InvalidInputError, TaskNotFoundError, InvalidTransitionError, StatusNotAllowedError.
 */
export async function unblockTask(
  operation: Operation,
  params: { taskKey: string },
): Promise<LifecycleResult> {
  const { workflow, tx } = operation;
  const task = await findTask(operation, params.taskKey);
  const blockedFrom = await findPreviousStatus(tx, task);
  const phase = workflow.statuses.get(blockedFrom ?? '')?.phase;
  const to = unblockTarget(workflow, task.status, phase);
  if (to === undefined)
    throw new InvalidTransitionError({
      message: `Task ${task.key} cannot be unblocked in status '${task.status}'`,
      suggestion: !workflow.statuses.has(task.status)
        ? suggestedNextStep(workflow, task.status)
        : task.status === 'blocked'
          ? "The workflow has no transition from 'blocked' to a work queue. Add one to the workflow file"
          : 'The task is not blocked: there is nothing to do',
      currentStatus: task.status,
      allowedTransitions: [],
    });
  const moved = await moveTask(operation, task, {
    to,
    agent: null,
    notes: null,
    changes: { blocked_at: null, blocked_reason: null },
  });
  return {
    task: moved,
    session: null,
    previousStatus: task.status,
    next: waitingIn(workflow, to),
    repeated: false,
    warnings: [],
  };
}
