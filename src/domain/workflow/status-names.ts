/*
 * A workflow file has no field that says what kind of status one is; the names say it. This is the only place
 * that reads them.
 */

const queuePrefix = 'ready_for_';
const workPrefix = 'in_';
const pauses: ReadonlySet<string> = new Set(['blocked', 'on_hold']);
const cancellation =
  /(^|[_\- ])(cancell?ed|rejected|abandoned|aborted|declined|discarded|dropped|obsolete|withdrawn|wont)([_\- ]|$)/i;

/** `ready_for_X`: the task waits for somebody to take it. */
export function isQueue(name: string): boolean {
  return name.startsWith(queuePrefix);
}

/** `in_X`: the task is being worked on, or was and has come back. */
export function isWork(name: string): boolean {
  return name.startsWith(workPrefix);
}

/** `in_X` for the queue `ready_for_X`. */
export function nextAfter(queue: string): string {
  return workPrefix + queue.slice(queuePrefix.length);
}

/** `blocked` and `on_hold`: the task stands still, and no agent can change that by working. */
export function isPause(name: string): boolean {
  return pauses.has(name);
}

/**
 * The task was given up, or its result refused. A flow that leads on from `rejected` does not change that:
 * good work must not arrive there.
 */
export function isCancellation(name: string): boolean {
  return !isQueue(name) && !isWork(name) && cancellation.test(name);
}
