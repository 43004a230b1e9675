import type { Sql } from '../statements.ts';
import { AbortedError, type Snapshot, type SnapshotReader } from '../snapshot.ts';
import { defineAbortCheck } from './abort-check.ts';
import { missingTableShims } from './missing-table-shims.ts';
import { openForReading } from './open-for-reading.ts';
import { boundValue, preparedStatements } from './prepared-statements.ts';
import { statementsOn } from './statements-on.ts';
import type { Tables } from '../tables.ts';

export interface OpenSnapshotsOptions {
  file: string;
  tables: Tables;
  /** A SQL script that runs on the new connection, for example to create temporary tables. */
  setUp: string;
  isAborted: () => boolean;
}

/** Opens a read-only connection to the database, with the SQL function of abort-check.ts. */
export function openSnapshots({ file, tables, setUp, isAborted }: OpenSnapshotsOptions): SnapshotReader {
  const { connection } = openForReading(file);
  const throwIfAborted = () => {
    if (isAborted()) throw new AbortedError('The query was aborted');
  };
  // 16 MB are enough for the inner pages of the indexes. A larger cache would hardly help, because queries read most
  // other pages only once.
  connection.pragma('cache_size = -16384');
  defineAbortCheck(connection, throwIfAborted);
  connection.exec(missingTableShims(tables));
  connection.exec(setUp);

  const statements = statementsOn(preparedStatements(connection));
  const prepared = <Row>(statement: Sql) => {
    const { sql, parameters } = statement.compile(statements);
    return connection.prepare<unknown[], Row>(sql).bind(...parameters.map(boundValue));
  };
  const snapshot: Snapshot = {
    all: <Row>(statement: Sql) => prepared<Row>(statement).all(),
    iterate: <Row>(statement: Sql) => prepared<Row>(statement).iterate(),
    throwIfAborted,
  };
  return {
    read: (use) => connection.transaction(() => use(snapshot))(),
    close: () => connection.close(),
  };
}
