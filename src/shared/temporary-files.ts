import { rmSync } from 'node:fs';

/** Files and folders that must not outlive this process. */
const temporary = new Set<string>();

// A program that exits in the middle of its work, for example after a signal, runs no `finally`.
process.on('exit', () => {
  for (const path of temporary) remove(path);
});

/** Removes a file or folder when the process exits, unless `remove` is called before. */
export function removeAtExit(path: string): { remove(): void } {
  temporary.add(path);
  return {
    remove() {
      remove(path);
      temporary.delete(path);
    },
  };
}

function remove(path: string): void {
  rmSync(path, { recursive: true, force: true });
}
