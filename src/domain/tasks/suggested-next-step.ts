import { isPause, isQueue } from '../workflow/status-names.ts';
import { claimTarget, finishTarget } from '../workflow/transitions.ts';
import type { Workflow } from '../workflow/workflow.ts';

/** What can be done with a task in this status, for whoever asked for something that cannot. */
export function suggestedNextStep(workflow: Workflow, status: string): string {
  const known = workflow.statuses.get(status);
  if (known === undefined)
    return `The workflow does not know '${status}': add it to the workflow file, or have the program that put the task there move it on; a claim can be taken back with abandonSession all the same`;
  if (known.isTerminal || known.isComplete) return 'The task is at its end: there is nothing left to do';
  if (isPause(status)) return 'The task is set aside: use unblockTask first';
  if (isQueue(status)) return 'Nobody works on it: claim it with claimTask first';
  if (claimTarget(workflow, status) !== undefined) return 'Claim it with claimTask';
  const onward = finishTarget(workflow, status);
  return onward === undefined
    ? `The workflow leads from '${status}' to ${known.transitions.join(', ')} only`
    : `Nobody has to claim it there: finishTask moves it on to ${onward}`;
}
