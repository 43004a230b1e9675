import { readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { FileError, systemCodeOf } from './file-error.ts';
import { removeAtExit } from './temporary-files.ts';

const retryMs = 20;
const longestWaitMs = 5_000;

/**
 * Runs `work` while no other process holds the lock of the file. Waits up to five seconds for the lock. Throws
 * FileError.
 */
export async function withFileLock<Result>(file: string, work: () => Promise<Result>): Promise<Result> {
  const lock = `${file}.lock`;
  for (let waitedMs = 0; !tryToLock(lock); waitedMs += retryMs) {
    if (waitedMs >= longestWaitMs)
      throw new FileError(
        `The file ${file} cannot be written`,
        `${lock} shows that another command writes it`,
        {
          suggestion: `Wait for the other command. If there is none, delete ${lock}`,
        },
      );
    await delay(retryMs);
  }
  const cleanUp = removeAtExit(lock);
  try {
    return await work();
  } finally {
    cleanUp.remove();
  }
}

/** The lock is a symbolic link, because the system creates a link and the name of its owner in one step. */
function tryToLock(lock: string): boolean {
  if (createLink(lock)) return true;
  if (isAbandoned(lock)) removeAbandoned(lock);
  return false;
}

function createLink(path: string): boolean {
  try {
    symlinkSync(`${hostname()}:${process.pid}`, path);
    return true;
  } catch (error) {
    if (systemCodeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Removes an abandoned lock. Only one process at a time may do this. Otherwise, a slow process could remove a newer lock.
 */
function removeAbandoned(lock: string): void {
  const removal = `${lock}.removal`;
  if (!createLink(removal)) return;
  try {
    if (isAbandoned(lock)) rmSync(lock, { force: true });
  } finally {
    rmSync(removal, { force: true });
  }
}

/** Whether the process that created the lock was killed. The processes of another machine are unknown. */
function isAbandoned(lock: string): boolean {
  try {
    const [host, pid] = readlinkSync(lock).split(':');
    if (host !== hostname()) return false;
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return systemCodeOf(error) === 'ESRCH';
  }
}
