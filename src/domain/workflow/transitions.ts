import { isCancellation, isPause, isQueue, isWork, nextAfter } from './status-names.ts';
import { isBackward, type Status, statusRank, type Workflow } from './workflow.ts';

/*
 * Each function returns the status to which an operation moves a task, or undefined if the operation is not possible.
 * If several transitions fit, the first one in the workflow file is used.
 */

/** Returns the status of a task after a claim. Undefined if the task cannot be claimed. */
export function claimTarget(workflow: Workflow, name: string): string | undefined {
  const status = workflow.statuses.get(name);
  if (status === undefined || status.isComplete || isPause(name)) return undefined;
  // A rejected task waits in `in_X` until an agent claims it again.
  if (isWork(name)) return name;
  if (isQueue(name) && status.transitions.includes(nextAfter(name))) return nextAfter(name);
  // A task in another status, such as `todo`, moves to the first `in_*` status that is not in an earlier phase.
  const work = status.transitions.find((to) => isWork(to) && !isBackward(workflow, name, to));
  if (work !== undefined) return work;
  // A status with agent types, such as `review`, is work for agents. In other statuses, such as `draft`, a task waits
  // for a decision.
  return status.agentTypes.length > 0 && !isQueue(name) ? name : undefined;
}

/**
 * Returns the status after a finish: the next queue, a complete status, or another status, in this order. Undefined if
 * there is none.
 */
export function finishTarget(workflow: Workflow, name: string): string | undefined {
  const status = workflow.statuses.get(name);
  if (status === undefined || status.isComplete || isPause(name)) return undefined;
  // A finish means success, so it never cancels or pauses a task.
  const onward = status.transitions.filter((to) => !isPause(to) && !isCancellation(to));
  return (
    onward.find((to) => isQueue(to) && !isBackward(workflow, name, to)) ??
    // A complete status may be in an earlier phase.
    onward.find((to) => workflow.statuses.get(to)?.isComplete) ??
    onward.find((to) => !isBackward(workflow, name, to))
  );
}

/** Why a task cannot be rejected. */
export type RejectProblem = 'unknown-status' | 'not-allowed' | 'later-phase' | 'no-earlier-phase';

export type RejectTarget =
  | { readonly kind: 'moves'; readonly to: string }
  /** `allowed` lists the statuses that the caller could request. */
  | { readonly kind: 'none'; readonly reason: RejectProblem; readonly allowed: readonly string[] };

/** Returns the status of a task after a rejection: `to`, or by default a status in the nearest earlier phase. */
export function rejectTarget(workflow: Workflow, from: string, to?: string): RejectTarget {
  const status = workflow.statuses.get(from);
  if (status === undefined) return { kind: 'none', reason: 'unknown-status', allowed: [] };
  const allowed = status.transitions.filter((target) => isRejectTarget(workflow, status, target));
  if (to !== undefined) {
    if (allowed.includes(to)) return { kind: 'moves', to };
    const isLater = status.transitions.includes(to) && isBackward(workflow, to, from);
    return { kind: 'none', reason: isLater ? 'later-phase' : 'not-allowed', allowed };
  }
  const target = nearestEarlier(workflow, from, allowed);
  return target === undefined
    ? { kind: 'none', reason: 'no-earlier-phase', allowed }
    : { kind: 'moves', to: target };
}

/** Whether a rejection can move a task to this status. False if the status is complete, a pause or in a later phase. */
function isRejectTarget(workflow: Workflow, from: Status, to: string): boolean {
  if (isPause(to) || workflow.statuses.get(to)?.isComplete) return false;
  const rankFrom = statusRank(workflow, from.name);
  const rankTo = statusRank(workflow, to);
  // If the current phase has a place in the order, the new phase needs one, too.
  return rankFrom === undefined || (rankTo !== undefined && rankTo <= rankFrom);
}

function nearestEarlier(workflow: Workflow, from: string, allowed: readonly string[]): string | undefined {
  // A phase without a place in the order has no earlier phase.
  if (statusRank(workflow, from) === undefined) return undefined;
  const earlier = allowed.filter((to) => isBackward(workflow, from, to));
  // If there is no earlier phase, choose a status in this phase, but not the status after a finish.
  const onward = finishTarget(workflow, from);
  const candidates = earlier.length > 0 ? earlier : allowed.filter((to) => to !== onward);
  const rank = (name: string) => statusRank(workflow, name) ?? -1;
  // Among the statuses of a phase, queues come first, then `in_*` statuses.
  const preference = (name: string) => (isQueue(name) ? 0 : isWork(name) ? 1 : 2);
  return candidates.toSorted((a, b) => rank(b) - rank(a) || preference(a) - preference(b))[0];
}

/** Returns the status of a task after a block: `blocked`. Undefined if the workflow does not allow this. */
export function blockTarget(workflow: Workflow, name: string): string | undefined {
  return workflow.statuses.get(name)?.transitions.find((to) => to === 'blocked');
}

/**
 * Returns the status after an unblock. Prefers queues, then statuses in the phase before the pause. Undefined if the
 * task is not paused or cannot continue.
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
  // In some workflows, `blocked` leads only to `todo`, which is not a queue.
  const candidates = queues.length > 0 ? queues : onward;
  return candidates.find((to) => workflow.statuses.get(to)?.phase === phaseBlockedIn) ?? candidates[0];
}

/** Whether agents of this type may work in the status. A status without agent types is open to all agents. */
export function agentTypeFits(status: Status | undefined, agentType: string): boolean {
  return !status?.agentTypes.length || status.agentTypes.includes(agentType);
}
