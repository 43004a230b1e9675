import type { CommitSignal } from './commit-signal.ts';
import type { Prisma, PrismaClient } from './generated/prisma/client.ts';
import type { Tables } from './tables.ts';

/** The Prisma client for writes in an operation. Valid until the operation's transaction ends. */
export type WriteTransaction = Prisma.TransactionClient;
/** The Prisma client for reads. It sees only committed rows and cannot write. */
export type Reader = PrismaClient;

export interface Database {
  readonly read: Reader;
  readonly tables: Tables;
  readonly commits: CommitSignal;
  /**
   * Runs `operation` in a transaction, one operation at a time, and announces the commit. After an error, rolls back
   * and rethrows the error. Throws DatabaseError if the database cannot be used.
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
