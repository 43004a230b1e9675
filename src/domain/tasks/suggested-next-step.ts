import { isPause, isQueue } from '../workflow/status-names.ts';
import { claimTarget, finishTarget } from '../workflow/transitions.ts';
import { term, type Wording, wording } from '../../shared/wording.ts';
import type { Workflow } from '../workflow/workflow.ts';

/** Returns the suggestion for an error message: what to do with a task in this status. */
export function suggestedNextStep(workflow: Workflow, status: string): Wording {
  const known = workflow.statuses.get(status);
  if (known === undefined)
    return wording`The workflow has no status '${status}'. Add it to the workflow file, or move the task with the program that set this status. ${term('abandonSession')} still works for an open session`;
  if (known.isTerminal || known.isComplete)
    return wording`The task is at the end of the workflow: there is nothing left to do`;
  if (isPause(status)) return wording`The task is paused. Use ${term('unblockTask')} first`;
  if (isQueue(status)) return wording`No agent works on the task. Claim it with ${term('claimTask')} first`;
  if (claimTarget(workflow, status) !== undefined) return wording`Claim the task with ${term('claimTask')}`;
  const next = finishTarget(workflow, status);
  return next === undefined
    ? wording`From '${status}' the workflow allows only ${known.transitions.join(', ')}`
    : wording`${term('finishTask')} moves the task from '${status}' to ${next} without a claim`;
}
