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
  /** A SQL script that runs on the new connection, for example to create temporary tables. */
  setUp: string;
  isAborted: () => boolean;
}

/** Opens a read-only connection to the database, with the SQL functions of sample-functions.ts. */
export function openSnapshots({ file, tables, setUp, isAborted }: OpenSnapshotsOptions): SnapshotReader {
  const connection = new BetterSqlite3(file, { readonly: true, fileMustExist: true });
  const throwIfAborted = () => {
    if (isAborted()) throw new AbortedError('The query was aborted');
  };
  // 16 MB are enough for the inner pages of the indexes. A larger cache would hardly help, because queries read most
  // other pages only once.
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

/** Converts a SQL parameter to a type that the database driver accepts. */
export function boundValue(value: unknown): unknown {
  return value instanceof Date ? databaseTime(value) : value;
}
