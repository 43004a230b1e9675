import { type Stats, statSync } from 'node:fs';
import { DatabaseError } from '../errors.ts';

/** Where a database lies that is open. */
export interface FileIdentity {
  /**
   * Throws DatabaseFaultError when there is another file, or none, where the one that is open was: SQLite would go on
   * reading and writing it without a name, and what is written to it is lost with the last one that has it open.
   */
  check(): void;
  /** The size of the write-ahead log. */
  logBytes(): number;
}

/** Of a file in write-ahead-log mode, with a log beside it that stays there as long as it is open. */
export function positionOf(file: string): FileIdentity {
  const log = `${file}-wal`;
  const opened = [file, log].map((path) => ({ path, inode: statusOf(path)?.ino }));
  return {
    check() {
      for (const { path, inode } of opened)
        if (statusOf(path)?.ino !== inode)
          throw new DatabaseError('DATABASE_GONE', {
            cause: new Error(`${path} is not the file that was opened`),
          });
    },
    logBytes: () => statusOf(log)?.size ?? 0,
  };
}

/** No other file has its inode as long as it is open. Undefined where there is none, or none that can be reached. */
function statusOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
