import type { CommitSignal } from './commit-signal.ts';
import type { Prisma, PrismaClient } from './generated/prisma/client.ts';
import type { Tables } from './tables.ts';

/** The Prisma client with which an operation writes. Valid until the transaction of the operation ends. */
export type WriteTransaction = Prisma.TransactionClient;
/** The Prisma client with which queries read. It sees committed rows only and cannot write. */
export type Reader = PrismaClient;

export interface Database {
  readonly read: Reader;
  readonly tables: Tables;
  readonly commits: CommitSignal;
  /**
   * The only way to change the database. Runs `operation` in a transaction, one operation at a time, and announces the
   * commit. If `operation` throws, the transaction is rolled back and the error is rethrown.
   * Throws DatabaseError if the database cannot be used; so do reads.
   */
  write<Result>(operation: (tx: WriteTransaction) => Promise<Result>): Promise<Result>;
  /**
   * Throws DatabaseError if the path of the database no longer refers to the file that was opened. Takes a few
   * microseconds.
   */
  checkFileIdentity(): void;
  /** Waits for pending writes, then closes the file. */
  close(): Promise<void>;
}

/** Receives the timings of the write queue, for metrics. */
export interface WriteObserver {
  writeQueued(): void;
  writeBegan(waitedMs: number): void;
  writeEnded(tookMs: number): void;
}

/**
 * A callback that gets the SQL of every statement before the statement runs. If the callback throws, the statement
 * fails with that error.
 */
export type StatementObserver = (sql: string) => void;
