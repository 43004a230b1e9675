import { databaseTime } from '../../db/sqlite/database-time.ts';
import { term, wording } from '../../shared/wording.ts';
import { suggestedNextStep } from '../tasks/suggested-next-step.ts';
import { rejectTarget } from '../workflow/transitions.ts';
import { closeWork } from './close-work.ts';
import { checkOptionalText, checkText, limits } from '../input.ts';
import type { Operation } from '../operation.ts';
import { InvalidTransitionError } from '../errors.ts';
import type { LifecycleResult } from './result.ts';

export interface RejectParams {
  taskKey: string;
  reason: string;
  /** The new status of the task. The default is an allowed status in the nearest earlier phase. */
  toStatus?: string | null | undefined;
  sessionId?: number | null | undefined;
}

/**
 * Closes the session of a task as rejected, moves the task back, and adds the reason as a note. Throws
 * InvalidInputError, TaskNotFoundError, SessionNotFoundError, SessionNotActiveError, InvalidTransitionError,
 * StatusNotAllowedError, ForbiddenError.
 */
export async function rejectTask(operation: Operation, params: RejectParams): Promise<LifecycleResult> {
  const { workflow, tables, tx, now } = operation;
  const reason = checkText('reason', params.reason, limits.text);
  const toStatus = checkOptionalText('toStatus', params.toStatus, limits.agent) ?? undefined;

  return closeWork(operation, {
    taskKey: params.taskKey,
    sessionId: params.sessionId,
    outcome: 'rejected',
    notes: reason,
    decide: ({ key, status }) => {
      const target = rejectTarget(workflow, status, toStatus);
      if (target.kind === 'moves') return { to: target.to, rejectionReason: reason };
      throw new InvalidTransitionError({
        message:
          toStatus === undefined
            ? `Task ${key} cannot be rejected in status '${status}'`
            : `Task ${key} cannot be rejected from '${status}' to '${toStatus}'${target.reason === 'later-phase' ? ', which comes later' : ''}`,
        suggestion:
          target.allowed.length === 0
            ? suggestedNextStep(workflow, status)
            : wording`Set ${term('toStatus')} to one of ${target.allowed.join(', ')}`,
        currentStatus: status,
        allowedTransitions: target.allowed,
      });
    },
    alsoWrite: async (task, session) => {
      if (!tables.hasTaskNotes) return;
      // Some older databases do not allow the note type 'rejection', so the note gets the type 'comment' there.
      const asRejection = tables.noteTypes === null || tables.noteTypes.includes('rejection');
      await tx
        .insertInto('task_notes')
        .values({
          task_id: task.id,
          note_type: asRejection ? 'rejection' : 'comment',
          content: asRejection ? reason : `Rejected: ${reason}`,
          created_by: session?.agentId ?? null,
          created_at: databaseTime(now),
        })
        .execute();
    },
  });
}
