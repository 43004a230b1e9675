import type { Prisma } from './generated/prisma/client.ts';

/**
 * Reads the database as of one instant, for queries over many rows. All calls are synchronous, so use a snapshot in a
 * worker thread where possible.
 */
export interface Snapshot {
  all<Row>(statement: Prisma.Sql): Row[];
  /** Yields row by row, for results that are too large for memory. */
  iterate<Row>(statement: Prisma.Sql): IterableIterator<Row>;
  /** Throws AbortedError if the query was aborted. Call it from time to time in long loops. */
  throwIfAborted(): void;
}

export interface SnapshotReader {
  /** All reads through one snapshot see the database as it was at the first of these reads. */
  read<Result>(use: (snapshot: Snapshot) => Result): Result;
  close(): void;
}

/** The query was aborted: its result is no longer needed. */
export class AbortedError extends Error {
  override readonly name = 'AbortedError';
}
