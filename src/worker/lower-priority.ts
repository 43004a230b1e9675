import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';

const lower = 10;

/**
 * Lets everything else go first where there are fewer cores than work, claims above all. Linux gives each thread a
 * priority of its own, under the number that `/proc` knows it by; elsewhere a thread has that of its process, and
 * nothing is done.
 */
export function lowerPriority(): void {
  if (process.platform !== 'linux') return;
  try {
    const thread = readlinkSync('/proc/thread-self').split('/').at(-1);
    setPriority(Number(thread), lower);
  } catch {
    // Not every container shows /proc or allows this. It is a courtesy, and nothing depends on it.
  }
}
