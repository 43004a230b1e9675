import { term, wording } from '../../shared/wording.ts';
import { suggestedNextStep } from '../tasks/suggested-next-step.ts';
import { isQueue } from '../workflow/status-names.ts';
import { finishTarget } from '../workflow/transitions.ts';
import { closeWork } from './close-work.ts';
import { checkOptionalText, limits } from '../input.ts';
import type { Operation } from '../operation.ts';
import { InvalidTransitionError } from '../errors.ts';
import type { LifecycleResult } from './result.ts';

export interface FinishParams {
  taskKey: string;
  notes?: string | null | undefined;
  sessionId?: number | null | undefined;
}

/**
 * Closes the session of a task as completed, and moves the task to its next status. Throws InvalidInputError,
 * TaskNotFoundError, SessionNotFoundError, SessionNotActiveError, InvalidTransitionError, StatusNotAllowedError,
 * ForbiddenError.
 */
export async function finishTask(operation: Operation, params: FinishParams): Promise<LifecycleResult> {
  const { workflow } = operation;
  return closeWork(operation, {
    taskKey: params.taskKey,
    sessionId: params.sessionId,
    outcome: 'completed',
    notes: checkOptionalText('notes', params.notes, limits.text),
    decide: ({ key, status }, active) => {
      // If the task is back in a queue, a late finish must not move it.
      const to = isQueue(status) ? undefined : finishTarget(workflow, status);
      if (to !== undefined) return { to };
      throw new InvalidTransitionError({
        message: `Task ${key} cannot be finished in status '${status}'`,
        suggestion:
          active === null || !workflow.statuses.has(status)
            ? suggestedNextStep(workflow, status)
            : wording`Another program moved the task while session ${active.id} was open. End that session with ${term('abandonSession')}`,
        currentStatus: status,
        allowedTransitions: [],
      });
    },
  });
}
