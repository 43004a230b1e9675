import type { Sql } from './statements.ts';

/** The database as it was at one moment. Each call blocks its thread, so use a worker thread if possible. */
export interface Snapshot {
  all<Row>(statement: Sql): Row[];
  /** Returns the rows one by one, for results that are too large for memory. */
  iterate<Row>(statement: Sql): IterableIterator<Row>;
  /** Throws AbortedError if the query was aborted. Call this often in long loops. */
  throwIfAborted(): void;
}

export interface SnapshotReader {
  /** Calls `use` with a snapshot. The snapshot shows the database as it was at the first read. */
  read<Result>(use: (snapshot: Snapshot) => Result): Result;
  close(): void;
}

/** The query was aborted, because its result is no longer needed. */
export class AbortedError extends Error {
  override readonly name = 'AbortedError';
}
