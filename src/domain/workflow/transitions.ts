import { isCancellation, isPause, isQueue, isWork, nextAfter } from './status-names.ts';
import { isBackward, type Status, statusRank, type Workflow } from './workflow.ts';

/*
 * Where each thing that can be done to a task leads. Pure: the answer depends on the workflow and the status
 * only. An `undefined` target means that it cannot be done in that status, among others because the workflow
 * does not know it. Wherever several transitions would do, the order of the workflow file decides: it is the
 * only place where the owner of a workflow can say what they prefer.
 */

/**
 * The status in which a claim puts the task, possibly the one it is in. Undefined if there is nothing to claim.
 *
 * - Work in progress is claimed where it is: after a rejection the task is back in it with nobody at work.
 * - A queue leads to its own work, `ready_for_X` to `in_X`.
 * - Any other status, such as `todo`, leads to the first `in_*` that is not a step back.
 * - A status that leads to no work but lists agent types *is* work, whatever it is called: somebody is meant
 *   to act there (`review`). One that lists none, such as `draft` or `approved`, waits for a decision; it is
 *   left by finishing it, without a session. A queue is never worked in: that is what its name says.
 * - Nothing is claimed that is over or stands still.
 */
export function claimTarget(workflow: Workflow, name: string): string | undefined {
  const status = workflow.statuses.get(name);
  if (status === undefined || status.isComplete || isPause(name)) return undefined;
  if (isWork(name)) return name;
  if (isQueue(name) && status.transitions.includes(nextAfter(name))) return nextAfter(name);
  const work = status.transitions.find((to) => isWork(to) && !isBackward(workflow, name, to));
  if (work !== undefined) return work;
  return status.agentTypes.length > 0 && !isQueue(name) ? name : undefined;
}

/**
 * The status to which finished work goes: the next queue; else the end; else wherever the flow goes on.
 *
 * Finishing is success, so it never cancels, stops or returns the task to an earlier phase; only a completing
 * status may lie in one, since the end is an end wherever it stands. Nothing is finished that is over, or that
 * stands still: the way out of a pause is to unblock it.
 */
export function finishTarget(workflow: Workflow, name: string): string | undefined {
  const status = workflow.statuses.get(name);
  if (status === undefined || status.isComplete || isPause(name)) return undefined;
  const onward = status.transitions.filter((to) => !isPause(to) && !isCancellation(to));
  return (
    onward.find((to) => isQueue(to) && !isBackward(workflow, name, to)) ??
    onward.find((to) => workflow.statuses.get(to)?.isComplete) ??
    onward.find((to) => !isBackward(workflow, name, to))
  );
}

/**
 * Why a task is not rejected: its status is not in the workflow; the status that was asked for is no place to
 * send it back to, or lies in a later phase; or, with none asked for, there is no evident one.
 */
export type RejectRefusal = 'unknown-status' | 'not-allowed' | 'later-phase' | 'no-earlier-phase';

export type RejectTarget =
  | { readonly kind: 'moves'; readonly to: string }
  /** `allowed` are the statuses that can be asked for instead. */
  | { readonly kind: 'refused'; readonly reason: RejectRefusal; readonly allowed: readonly string[] };

/**
 * The status to which rejected work goes back: the one asked for, or else the nearest earlier phase, and the
 * current one only if there is no earlier one. Within a phase a queue is preferred to work, so that the task
 * waits for whoever is meant to take it, and work to anything else.
 *
 * Without a request, a rejection never goes where finishing goes, although that may lie in the same phase:
 * work that was refused would pass. Somebody who wants that has to name it.
 */
export function rejectTarget(workflow: Workflow, from: string, to?: string): RejectTarget {
  const status = workflow.statuses.get(from);
  if (status === undefined) return { kind: 'refused', reason: 'unknown-status', allowed: [] };
  const allowed = status.transitions.filter((target) => leadsBack(workflow, status, target));
  if (to !== undefined) {
    if (allowed.includes(to)) return { kind: 'moves', to };
    const isLater = status.transitions.includes(to) && isBackward(workflow, to, from);
    return { kind: 'refused', reason: isLater ? 'later-phase' : 'not-allowed', allowed };
  }
  const target = nearestBack(workflow, from, allowed);
  return target === undefined
    ? { kind: 'refused', reason: 'no-earlier-phase', allowed }
    : { kind: 'moves', to: target };
}

/**
 * Whether a rejection may be sent there: neither over, nor standing still, nor in a later phase. A target
 * without an order is accepted only from a status without one, where nothing could be compared anyway.
 */
function leadsBack(workflow: Workflow, from: Status, to: string): boolean {
  if (isPause(to) || workflow.statuses.get(to)?.isComplete) return false;
  const rankFrom = statusRank(workflow, from.name);
  const rankTo = statusRank(workflow, to);
  return rankFrom === undefined || (rankTo !== undefined && rankTo <= rankFrom);
}

function nearestBack(workflow: Workflow, from: string, allowed: readonly string[]): string | undefined {
  // Without an order nothing is earlier, and the flow alone does not tell back from forth.
  if (statusRank(workflow, from) === undefined) return undefined;
  const earlier = allowed.filter((to) => isBackward(workflow, from, to));
  const onward = finishTarget(workflow, from);
  const candidates = earlier.length > 0 ? earlier : allowed.filter((to) => to !== onward);
  const rank = (name: string) => statusRank(workflow, name) ?? -1;
  const preference = (name: string) => (isQueue(name) ? 0 : isWork(name) ? 1 : 2);
  return candidates.toSorted((a, b) => rank(b) - rank(a) || preference(a) - preference(b))[0];
}

/** `blocked`, where the flow leads there from the status. */
export function blockTarget(workflow: Workflow, name: string): string | undefined {
  return workflow.statuses.get(name)?.transitions.find((to) => to === 'blocked');
}

/**
 * The status in which a paused task goes on: the queue of the phase in which it was blocked, else the first
 * queue that the flow allows. A workflow without queues (`blocked` → `todo`) is treated alike with its other
 * statuses. Undefined if the task is not paused, or can only be cancelled.
 *
 * `on_hold` is left in the same way, since nothing else leads out of it.
 */
export function unblockTarget(
  workflow: Workflow,
  name: string,
  phaseBlockedIn: string | undefined,
): string | undefined {
  if (!isPause(name)) return undefined;
  const onward = (workflow.statuses.get(name)?.transitions ?? []).filter(
    (to) => !isPause(to) && !isCancellation(to) && !workflow.statuses.get(to)?.isComplete,
  );
  const queues = onward.filter(isQueue);
  const candidates = queues.length > 0 ? queues : onward;
  return candidates.find((to) => workflow.statuses.get(to)?.phase === phaseBlockedIn) ?? candidates[0];
}

/** Whether an agent of that type is meant to take work in the status. A status that lists no types takes any. */
export function agentTypeFits(status: Status | undefined, agentType: string): boolean {
  return !status?.agentTypes.length || status.agentTypes.includes(agentType);
}
