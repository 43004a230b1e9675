/*
 * A workflow file has no field for the kind of a status: the name of the status determines it. Only this file
 * interprets the names.
 */

const queuePrefix = 'ready_for_';
const workPrefix = 'in_';
const pauses: ReadonlySet<string> = new Set(['blocked', 'on_hold']);
const cancellation =
  /(^|[_\- ])(cancell?ed|rejected|abandoned|aborted|declined|discarded|dropped|obsolete|withdrawn|wont)([_\- ]|$)/i;

/** `ready_for_X`: the task waits to be claimed. */
export function isQueue(name: string): boolean {
  return name.startsWith(queuePrefix);
}

/** `in_X`: the task is being worked on, or waits for rework. */
export function isWork(name: string): boolean {
  return name.startsWith(workPrefix);
}

/** `in_X` for the queue `ready_for_X`. */
export function nextAfter(queue: string): string {
  return workPrefix + queue.slice(queuePrefix.length);
}

/** `blocked` and `on_hold`: the task is paused and cannot be claimed. */
export function isPause(name: string): boolean {
  return pauses.has(name);
}

/**
 * The task ended without success. `rejected` counts even if the flow has transitions from it, because finished work
 * must not move there.
 */
export function isCancellation(name: string): boolean {
  return !isQueue(name) && !isWork(name) && cancellation.test(name);
}
