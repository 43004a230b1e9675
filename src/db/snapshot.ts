import type { Prisma } from './generated/prisma/client.ts';

/** What is committed at one instant, for questions that read much: in a thread that may be held up by them. */
export interface Snapshot {
  all<Row>(statement: Prisma.Sql): Row[];
  /** Row by row, for what is too much to hold. */
  iterate<Row>(statement: Prisma.Sql): IterableIterator<Row>;
  /** Throws GivenUpError when nobody waits for the answer any more. To be asked now and then in long loops. */
  throwIfAborted(): void;
}

export interface SnapshotReader {
  /** Everything that is read through one snapshot stands as it was at its first statement. */
  read<Result>(use: (snapshot: Snapshot) => Result): Result;
  close(): void;
}

/** Nobody waits for the answer any more. */
export class AbortedError extends Error {
  override readonly name = 'AbortedError';
}
