import type { CommitSignal } from './commit-signal.ts';
import type { Statements } from './statements.ts';
import type { Tables } from './tables.ts';

/** Runs statements in the transaction of an operation. Throws after the operation has ended. */
export type WriteTransaction = Statements;

export interface Database {
  /** The path of the database file, without symbolic links. */
  readonly file: string;
  /** Whether every write fails, because the database was opened for reading and belongs to another user. */
  readonly isReadOnly: boolean;
  /** Reads see only committed rows and do not wait for writes. */
  readonly read: Statements;
  readonly tables: Tables;
  readonly commits: CommitSignal;
  /**
   * Runs `operation`, one operation at a time, and returns after the commit was announced. After an error, undoes the
   * changes of the operation and rethrows the error. Operations that wait can share a transaction. If one of them takes
   * long, it is undone and starts again on its own, so an operation must change nothing but the database. Throws
   * DatabaseError if the database cannot be used.
   */
  write<Result>(operation: (tx: WriteTransaction) => Promise<Result>): Promise<Result>;
  /** Throws DatabaseError if the open database file was deleted, moved or replaced. Takes a few microseconds. */
  checkFileIdentity(): void;
  /** Waits for pending writes, then closes the database file. */
  close(): Promise<void>;
}

/** Receives the waiting times and durations of writes, for metrics. */
export interface WriteObserver {
  writeQueued(): void;
  writeBegan(waitedMs: number): void;
  writeEnded(tookMs: number): void;
}

/** Gets the SQL of every statement before it runs. If this callback throws, the statement fails with that error. */
export type StatementObserver = (sql: string) => void;
