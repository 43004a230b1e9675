import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';

/** A nice value: 0 is normal, 19 the lowest priority. */
const niceness = 10;

/**
 * Lowers the priority of the calling thread, so that claims run first on a busy machine. Only Linux has priorities per
 * thread, by the thread id in `/proc`; on other systems this does nothing.
 */
export function lowerPriority(): void {
  if (process.platform !== 'linux') return;
  try {
    const threadId = readlinkSync('/proc/thread-self').split('/').at(-1);
    setPriority(Number(threadId), niceness);
  } catch {
    // Some containers hide /proc or forbid this. Queries then run at normal priority.
  }
}
