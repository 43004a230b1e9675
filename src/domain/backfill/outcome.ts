import type { Outcome } from '../../shared/outcomes.ts';
import { isCancellation, isPause } from '../workflow/status-names.ts';
import { finishTarget } from '../workflow/transitions.ts';
import { isBackward, type Workflow } from '../workflow/workflow.ts';

/** Returns how work in the status `from` ended if the task then moved to the status `to`. */
export function outcomeOf(workflow: Workflow, from: string, to: string): Outcome {
  const status = workflow.statuses.get(to);
  if (to === 'blocked') return 'blocked';
  if (isPause(to) || status === undefined) return 'abandoned';
  if (status.isComplete) return isCancellation(to) ? 'abandoned' : 'completed';
  if (isBackward(workflow, from, to)) return 'rejected';
  if (isCancellation(to)) return 'abandoned';
  // Work is completed only if the task moved to a later phase, or to the status that a finish would set.
  const isForward = isBackward(workflow, to, from);
  return isForward || to === finishTarget(workflow, from) ? 'completed' : 'abandoned';
}
