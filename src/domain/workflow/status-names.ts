/*
 * The name of a status determines its kind, such as queue or pause. A workflow file has no field for it.
 */

const queuePrefix = 'ready_for_';
const workPrefix = 'in_';
const pauses: ReadonlySet<string> = new Set(['blocked', 'on_hold']);
const cancellation =
  /(^|[_\- ])(cancell?ed|rejected|abandoned|aborted|declined|discarded|dropped|obsolete|withdrawn|wont)([_\- ]|$)/i;

/** Whether the status is a queue, `ready_for_X`. Tasks in a queue wait for a claim. */
export function isQueue(name: string): boolean {
  return name.startsWith(queuePrefix);
}

/** Whether the status is a work status, `in_X`, in which an agent works on the task or the task waits for rework. */
export function isWork(name: string): boolean {
  return name.startsWith(workPrefix);
}

/** Returns the work status that follows a queue: `in_X` for `ready_for_X`. */
export function nextAfter(queue: string): string {
  return workPrefix + queue.slice(queuePrefix.length);
}

/** Whether the status is a pause: `blocked` or `on_hold`. Paused tasks cannot be claimed. */
export function isPause(name: string): boolean {
  return pauses.has(name);
}

/** Whether tasks in this status ended without success. `rejected` is included, because a finish must not lead there. */
export function isCancellation(name: string): boolean {
  return !isQueue(name) && !isWork(name) && cancellation.test(name);
}
