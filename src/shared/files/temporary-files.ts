import { rmSync } from 'node:fs';

/** Files and folders that must not outlive this process. */
const temporary = new Set<string>();

/** Removes a file or folder when the process exits, unless `remove` is called before. */
export function removeAtExit(path: string): { remove(): void } {
  // A program that exits in the middle of its work, for example after a signal, runs no `finally`.
  if (temporary.size === 0) process.on('exit', removeAll);
  temporary.add(path);
  return {
    remove() {
      remove(path);
      temporary.delete(path);
      if (temporary.size === 0) process.off('exit', removeAll);
    },
  };
}

function removeAll(): void {
  for (const path of temporary) remove(path);
}

function remove(path: string): void {
  rmSync(path, { recursive: true, force: true });
}
