import BetterSqlite3 from 'better-sqlite3';
import type { Prisma } from '../generated/prisma/client.ts';
import { AbortedError, type Snapshot, type SnapshotReader } from '../snapshot.ts';
import { databaseTime } from './database-time.ts';
import { defineFunctions } from './sample-functions.ts';
import { missingTableShimsFor } from './missing-table-shims.ts';
import type { Tables } from '../tables.ts';

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
