import BetterSqlite3 from 'better-sqlite3';
import { Prisma } from '../generated/prisma/client.ts';
import { databaseTime } from './database-time.ts';
import { defineFunctions } from './sample-functions.ts';
import { missingTableShimsFor } from './missing-table-shims.ts';
import type { Tables } from './tables.ts';

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

/**
 * A condition that a long statement carries along, so that it can be given up: it asks now and then, at the rows whose
 * id is a multiple of 4,096, whether anybody still waits. It has to be the first of the conditions: SQLite does not come
 * to it for a row that one in front of it excludes. SQLite itself cannot be interrupted from another thread here.
 */
export function abortCheck(id: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`(${id} & 4095 OR throw_if_aborted())`;
}

export interface OpenSnapshotsOptions {
  file: string;
  tables: Tables;
  /** Run on the fresh connection: what statements may join beside the tables of the file. */
  setUp: string;
  isAborted: () => boolean;
}

/**
 * Opens a connection of its own that cannot change the file. It has three functions that SQLite lacks:
 *
 * - `sample_of(value)`, an aggregate: the median and the nearest-rank percentiles as JSON. SQLite's own
 *   `percentile_disc` rounds the rank down, so that the 90th percentile of three values is the second.
 * - `values_of(value)`, an aggregate: the values themselves, to be read with `readValues`.
 * - `throw_if_aborted()`, see abortCheck.
 */
export function openSnapshots({ file, tables, setUp, isAborted }: OpenSnapshotsOptions): SnapshotReader {
  const connection = new BetterSqlite3(file, { readonly: true, fileMustExist: true });
  const throwIfAborted = () => {
    if (isAborted()) throw new AbortedError('Nobody waits for this answer any more');
  };
  // In kilobytes. Most of what a question reads it reads once; this holds the inner pages of the indexes.
  connection.pragma('cache_size = -16384');
  defineFunctions(connection, throwIfAborted);
  const missingTableShims = missingTableShimsFor(tables);
  connection.exec(missingTableShims.setUp);
  connection.exec(setUp);

  const prepared = <Row>({ sql, values }: Prisma.Sql) =>
    connection.prepare<unknown[], Row>(sql).bind(...values.map(boundValue));
  const snapshot: Snapshot = {
    all: <Row>(statement: Prisma.Sql) => prepared<Row>(statement).all(),
    iterate: <Row>(statement: Prisma.Sql) => prepared<Row>(statement).iterate(),
    throwIfAborted,
  };
  return {
    read: (use) => connection.transaction(() => use(snapshot))(),
    close: () => connection.close(),
  };
}

/** A value of a statement as the driver takes it. */
export function boundValue(value: unknown): unknown {
  return value instanceof Date ? databaseTime(value) : value;
}
