import type { Clock } from '../../shared/clock.ts';
import type { Database, StatementObserver } from '../database.ts';
import { DatabaseError, DatabaseReadOnlyError } from '../errors.ts';
import type { RunStatement } from '../statements.ts';
import type { Connection } from './driver.ts';
import { databaseError, openError } from './driver-errors.ts';
import { inspectTables } from './inspect-tables.ts';
import { missingTableShims } from './missing-table-shims.ts';
import { onceATurn } from './once-a-turn.ts';
import { openForReading } from './open-for-reading.ts';
import { createPollingCommitSignal } from './polling-commit-signal.ts';
import { preparedStatements } from './prepared-statements.ts';
import { statementsOn } from './statements-on.ts';
import { findWriteObstacle } from './write-access.ts';

export interface OpenReadOnlyDatabaseOptions {
  /** The path of the database without symbolic links. */
  file: string;
  /** Checks the tables. */
  prepare: (connection: Connection) => void | Promise<void>;
  clock: Clock;
  onError: (error: unknown) => void;
  onStatement?: StatementObserver | undefined;
  busyTimeoutMs: number;
}

/** Opens a database of another user for reading. Leaves no files behind. Throws DatabaseOpenError, DatabaseBusyError. */
export async function openReadOnlyDatabase({
  file,
  prepare,
  clock,
  onError,
  onStatement,
  busyTimeoutMs,
}: OpenReadOnlyDatabaseOptions): Promise<Database> {
  const open = () => openForReading(file, { timeout: busyTimeoutMs });
  let opened = open();
  try {
    await prepare(opened.connection);
  } catch (error) {
    opened.connection.close();
    throw openError(file, error);
  }
  const tables = inspectTables(opened.connection);
  const shims = missingTableShims(tables);
  opened.connection.exec(shims);

  let run = preparedStatements(opened.connection);
  let openings = 1;
  const openAgainIfChanged = () => {
    if (opened.isCurrent()) return;
    const next = open();
    next.connection.exec(shims);
    opened.connection.close();
    opened = next;
    run = preparedStatements(opened.connection);
    openings += 1;
  };
  const checkOnceATurn = onceATurn(openAgainIfChanged);
  const runRead: RunStatement = (statement) => {
    try {
      checkOnceATurn();
      onStatement?.(statement.sql);
      return run(statement);
    } catch (error) {
      throw databaseError(error) ?? error;
    }
  };
  const commits = createPollingCommitSignal({
    clock,
    onError,
    async dataVersion() {
      openAgainIfChanged();
      return `${openings} ${String(opened.connection.pragma('data_version', { simple: true }))}`;
    },
  });

  return {
    file,
    isReadOnly: true,
    read: statementsOn(runRead),
    tables,
    commits,
    checkFileIdentity() {},
    async write() {
      const obstacle = findWriteObstacle(file);
      const cause = obstacle === undefined ? undefined : new DatabaseReadOnlyError(obstacle);
      throw new DatabaseError('DATABASE_READ_ONLY', { cause });
    },
    async close() {
      commits.close();
      opened.connection.close();
    },
  };
}
