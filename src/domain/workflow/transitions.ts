import { isCancellation, isPause, isQueue, isWork, nextAfter } from './status-names.ts';
import { isBackward, type Status, statusRank, type Workflow } from './workflow.ts';

/*
 * The status to which each operation moves a task: a pure function of the workflow and the current status. Undefined
 * means that the operation is not possible in that status, for example because the workflow does not have it. If
 * several transitions qualify, the first one in the workflow file is used, so the file expresses a preference.
 */

/**
 * The status of a task after a claim, which can be its current status. Undefined if the task cannot be claimed.
 *
 * - `in_X`: stays. A rejected task is in this status without an active session.
 * - `ready_for_X`: moves to `in_X`.
 * - Any other status, such as `todo`: moves to the first `in_*` that is not in an earlier phase.
 * - A status without a transition to an `in_*` status, but with agent types, such as `review`: stays. Agents work in it
 *   under its own name. Without agent types, such as `draft` or `approved`, it waits for a decision and cannot be
 *   claimed: finish moves the task on, without a session. A queue never counts as work.
 * - Completed and paused tasks cannot be claimed.
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
 * The status of a task after finish: the next queue; without one, a completing status; without one, the first
 * transition that qualifies.
 *
 * Finish means success, so it never cancels or pauses a task and never returns it to an earlier phase. A completing
 * status is allowed in any phase. Completed and paused tasks cannot be finished. Unblock a paused task first.
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
 * Why a task cannot be rejected:
 *
 * - `unknown-status`: the workflow does not have its status.
 * - `not-allowed`: a rejection cannot move it to the requested status.
 * - `later-phase`: the requested status is in a later phase.
 * - `no-earlier-phase`: no status was requested, and no transition leads back.
 */
export type RejectProblem = 'unknown-status' | 'not-allowed' | 'later-phase' | 'no-earlier-phase';

export type RejectTarget =
  | { readonly kind: 'moves'; readonly to: string }
  /** `allowed` are the statuses that can be requested instead. */
  | { readonly kind: 'none'; readonly reason: RejectProblem; readonly allowed: readonly string[] };

/**
 * The status of a task after a rejection: the requested status `to`. Without one, a status in the nearest earlier phase,
 * or in the current phase if there is no earlier one. Within a phase, queues come first, then `in_*`, then others.
 *
 * Without a requested status, the target is never the target of finish, even if that is in the same phase: the
 * rejection would have the effect of a success. A caller that wants this target must request it.
 */
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

/**
 * Whether a rejection can move a task there: not completing, not paused, not in a later phase. A target without a rank
 * is allowed only from a status without a rank.
 */
function isRejectTarget(workflow: Workflow, from: Status, to: string): boolean {
  if (isPause(to) || workflow.statuses.get(to)?.isComplete) return false;
  const rankFrom = statusRank(workflow, from.name);
  const rankTo = statusRank(workflow, to);
  return rankFrom === undefined || (rankTo !== undefined && rankTo <= rankFrom);
}

function nearestEarlier(workflow: Workflow, from: string, allowed: readonly string[]): string | undefined {
  // A status without a rank has no earlier phase, and its transitions do not show a direction.
  if (statusRank(workflow, from) === undefined) return undefined;
  const earlier = allowed.filter((to) => isBackward(workflow, from, to));
  const onward = finishTarget(workflow, from);
  const candidates = earlier.length > 0 ? earlier : allowed.filter((to) => to !== onward);
  const rank = (name: string) => statusRank(workflow, name) ?? -1;
  const preference = (name: string) => (isQueue(name) ? 0 : isWork(name) ? 1 : 2);
  return candidates.toSorted((a, b) => rank(b) - rank(a) || preference(a) - preference(b))[0];
}

/** The status of a task after block: `blocked`. Undefined if there is no transition to it. */
export function blockTarget(workflow: Workflow, name: string): string | undefined {
  return workflow.statuses.get(name)?.transitions.find((to) => to === 'blocked');
}

/**
 * The status of a paused task after unblock: the queue of the phase in which it was blocked, or else the first queue
 * that it has a transition to. Without a transition to a queue (`blocked` → `todo`), the same applies to the other
 * statuses. Undefined if the task is not paused or can only be cancelled. Unblock also ends `on_hold`.
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

/** Whether agents of this type work in the status. A status without agent types fits all types. */
export function agentTypeFits(status: Status | undefined, agentType: string): boolean {
  return !status?.agentTypes.length || status.agentTypes.includes(agentType);
}
