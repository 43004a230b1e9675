import type { Outcome } from '../../shared/outcomes.ts';
import { isCancellation, isPause } from '../workflow/status-names.ts';
import { finishTarget } from '../workflow/transitions.ts';
import { isBackward, type Workflow } from '../workflow/workflow.ts';

/**
 * How the work in a status ended, by the status that the task moved to. The first row that applies decides. A complete
 * status is one of `_complete_` in the workflow file; a cancellation has a name like `cancelled`.
 *
 * | the task moved to                                                | outcome   |
 * |------------------------------------------------------------------|-----------|
 * | `blocked`                                                        | blocked   |
 * | `on_hold`, or a status that is not in the workflow               | abandoned |
 * | a complete status that is a cancellation                         | abandoned |
 * | another complete status                                          | completed |
 * | an earlier phase                                                 | rejected  |
 * | a cancellation that is not a complete status                     | abandoned |
 * | the status that finishTask would choose, or a later phase        | completed |
 * | another status of the same phase, such as its queue              | abandoned |
 * | a phase without an order                                         | abandoned |
 */
export function outcomeOf(workflow: Workflow, from: string, to: string): Outcome {
  const status = workflow.statuses.get(to);
  if (to === 'blocked') return 'blocked';
  if (isPause(to) || status === undefined) return 'abandoned';
  if (status.isComplete) return isCancellation(to) ? 'abandoned' : 'completed';
  if (isBackward(workflow, from, to)) return 'rejected';
  if (isCancellation(to)) return 'abandoned';
  const isForward = isBackward(workflow, to, from);
  return isForward || to === finishTarget(workflow, from) ? 'completed' : 'abandoned';
}
