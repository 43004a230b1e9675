import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';

/** The priority as a Unix nice value: 0 is normal, and 19 is the lowest priority. */
const niceness = 10;

/** Lowers the priority of the calling thread, so that claims run first. Has no effect on systems other than Linux. */
export function lowerPriority(): void {
  if (process.platform !== 'linux') return;
  try {
    const threadId = readlinkSync('/proc/thread-self').split('/').at(-1);
    setPriority(Number(threadId), niceness);
  } catch {
    // Some containers hide /proc or forbid this change. Queries then run at normal priority.
  }
}
