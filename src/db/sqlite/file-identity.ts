import { type Stats, statSync } from 'node:fs';
import { DatabaseError } from '../errors.ts';

/** Detects that the file of an open database was deleted, moved or replaced. */
export interface FileIdentity {
  /**
   * Throws DatabaseError if the path no longer refers to the file that was opened. SQLite would go on writing to the
   * deleted file, and those writes would be lost when it is closed.
   */
  check(): void;
  /** The size of the write-ahead log in bytes. */
  logBytes(): number;
}

/** The file must be in WAL mode and open, so that its write-ahead log exists. */
export function identifyFile(file: string): FileIdentity {
  const log = `${file}-wal`;
  const opened = [file, log].map((path) => ({ path, inode: statusOf(path)?.ino }));
  return {
    check() {
      // While the file is open, the system gives its inode to no other file.
      for (const { path, inode } of opened)
        if (statusOf(path)?.ino !== inode)
          throw new DatabaseError('DATABASE_GONE', {
            cause: new Error(`${path} is not the file that was opened`),
          });
    },
    logBytes: () => statusOf(log)?.size ?? 0,
  };
}

/** Undefined if the file does not exist or cannot be reached. */
function statusOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
