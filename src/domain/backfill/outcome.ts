import type { Outcome } from '../sessions/close-session.ts';
import { isCancellation, isPause } from '../workflow/status-names.ts';
import { finishTarget } from '../workflow/transitions.ts';
import { isBackward, type Workflow } from '../workflow/workflow.ts';

/**
 * How the work in a status ended, told by the status that the task went to. The first line that fits decides:
 *
 * | the task went to                                                 | outcome   |
 * |------------------------------------------------------------------|-----------|
 * | `blocked`                                                        | blocked   |
 * | `on_hold`, or a status that the workflow does not have           | abandoned |
 * | a completing status                                              | completed |
 * | a completing status that is a cancellation                       | abandoned |
 * | an earlier phase                                                 | rejected  |
 * | a cancellation that does not complete                            | abandoned |
 * | where finishing leads, or a later phase                          | completed |
 * | elsewhere in the same phase, such as the queue it was taken from | abandoned |
 * | a phase without an order                                         | abandoned |
 */
export function outcomeOf(workflow: Workflow, from: string, to: string): Outcome {
  const status = workflow.statuses.get(to);
  if (to === 'blocked') return 'blocked';
  if (isPause(to) || status === undefined) return 'abandoned';
  if (status.isComplete) return isCancellation(to) ? 'abandoned' : 'completed';
  if (isBackward(workflow, from, to)) return 'rejected';
  if (isCancellation(to)) return 'abandoned';
  // From there it would be a step back to here: it lies ahead.
  const isForward = isBackward(workflow, to, from);
  return isForward || to === finishTarget(workflow, from) ? 'completed' : 'abandoned';
}
