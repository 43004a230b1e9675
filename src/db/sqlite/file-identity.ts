import { type Stats, statSync } from 'node:fs';
import { DatabaseError } from '../errors.ts';

/** Detects that the file of an open database was deleted, moved or replaced. */
export interface FileIdentity {
  /**
   * Returns the size of the write-ahead log. Throws DatabaseError if the open file was deleted, moved or replaced. SQLite
   * would lose all further writes to such a file.
   */
  check(): { logBytes: number };
}

/**
 * Records which files are the database file and its write-ahead log. The database must be open in WAL mode. `given` is
 * the path in the settings, and `file` the same path without symbolic links.
 */
export function identifyFile(given: string, file: string): FileIdentity {
  const log = `${file}-wal`;
  // A link can lead to another file later. The next program that opens it would then not see the commits of this one.
  const names = given === file ? [file] : [file, given];
  const known = new Map([...names, log].map((path) => [path, statusOf(path)]));
  const checked = (path: string): Stats | undefined => {
    const status = statusOf(path);
    const before = known.get(path);
    // Compare the inodes, because no other file of the same disk can get the inode of a file that is still open.
    if (status?.ino === before?.ino && status?.dev === before?.dev) return status;
    throw new DatabaseError('DATABASE_GONE', {
      cause: new Error(`${path} is not the file that was opened`),
    });
  };
  return {
    check() {
      for (const name of names) checked(name);
      return { logBytes: checked(log)?.size ?? 0 };
    },
  };
}

/** Returns the status of a file, or undefined if the file does not exist or cannot be reached. */
export function statusOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
