import type { Prisma, PrismaClient } from './generated/prisma/client.ts';
import type { CommitSignal } from './commit-signal.ts';
import type { Tables } from './tables.ts';

/** What an operation changes the database through. It lives as long as the transaction it belongs to. */
export type WriteTransaction = Prisma.TransactionClient;
/** What queries read through. It sees what is committed and cannot change anything. */
export type Reader = PrismaClient;

export interface Database {
  readonly read: Reader;
  readonly tables: Tables;
  readonly commits: CommitSignal;
  /**
   * The one door for every change: runs `operation` in a transaction of its own, one after the other, and
   * announces the commit. Whatever `operation` throws undoes all of it and is thrown on.
   * Throws DatabaseFaultError when something befell the file; reading does as well.
   */
  write<Result>(operation: (tx: WriteTransaction) => Promise<Result>): Promise<Result>;
  /** Throws DatabaseFaultError when the file that is open is not in its place any more. Takes some microseconds. */
  checkFileIdentity(): void;
  /** Waits for the writes under way and lets go of the file. */
  close(): Promise<void>;
}

/** Is told how the changes get on, each of them waiting for its turn. */
export interface WriteObserver {
  writeQueued(): void;
  writeBegan(waitedMs: number): void;
  writeEnded(tookMs: number): void;
}

/** Called with the text of every statement just before it runs; what it throws is thrown in the statement's place. */
export type StatementObserver = (sql: string) => void;
