import { existsSync, mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Connection, openConnection } from './driver.ts';
import type { Clock } from '../../shared/clock.ts';
import type { RunStatement } from '../statements.ts';
import type { Database, StatementObserver, WriteObserver } from '../database.ts';
import { createPollingCommitSignal } from './polling-commit-signal.ts';
import type { DatabaseErrorCode } from '../../shared/expected-error.ts';
import { codeOf, DatabaseError, DatabaseOpenError } from '../errors.ts';
import { isLink, resolveDatabasePath } from './database-path.ts';
import { databaseError, openError } from './driver-errors.ts';
import { identifyFile } from './file-identity.ts';
import { missingTableShims } from './missing-table-shims.ts';
import { preparedStatements } from './prepared-statements.ts';
import { statementsOn } from './statements-on.ts';
import { createWriteQueue } from './write-queue.ts';
import { inspectTables } from './inspect-tables.ts';
import { onceATurn } from './once-a-turn.ts';
import { mayOpenAsOwner, openForReading } from './open-for-reading.ts';
import { openWriter } from './open-writer.ts';
import { requireWriteAccess } from './write-access.ts';
import type { Tables } from '../tables.ts';

export interface OpenDatabaseOptions {
  /** The path of the database file. If its folder is missing, it is created. */
  file: string;
  /** Checks or migrates the tables, before anything else uses the connection. */
  prepare: (connection: Connection, access: { isReadOnly: boolean }) => void | Promise<void>;
  /**
   * With `read`, a database that this user does not own or may not write is opened for reading only. With `write`, the
   * default, this user must have the permission to write.
   */
  access?: 'read' | 'write' | undefined;
  clock: Clock;
  onError: (error: unknown) => void;
  /** Called when a long read transaction has made the write-ahead log very large. `bytes` is the size of the log. */
  onLongLog?: (bytes: number) => void;
  onStatement?: StatementObserver | undefined;
  writes?: WriteObserver | undefined;
  /** How many milliseconds an operation waits if another program has locked the database. Default: 5,000. */
  busyTimeoutMs?: number;
}

/**
 * Opens the database with a connection for writes and a connection for reads. Reads see only committed rows and do not
 * wait for writes. Throws DatabaseOpenError, DatabaseReadOnlyError.
 */
export async function openDatabase(options: OpenDatabaseOptions): Promise<Database> {
  const { clock, onError, onLongLog, onStatement, writes, busyTimeoutMs = 5_000 } = options;
  const given = resolve(options.file);
  const file = resolveDatabasePath(given);
  if (options.access === 'read' && !mayOpenAsOwner(file)) {
    const { openReadOnlyDatabase } = await import('./open-read-only-database.ts');
    const prepare = (connection: Connection) => options.prepare(connection, { isReadOnly: true });
    return openReadOnlyDatabase({ file, prepare, clock, onError, onStatement, busyTimeoutMs });
  }
  requireWriteAccess(file);
  makeFolder(given, file);
  const tables = await prepareFile(file, options.prepare);

  const writer = await openWriter(file, busyTimeoutMs);
  const reader = openReader(file, tables, busyTimeoutMs, () => writer.close());
  const identity = identifyFile(given, file);
  const checkLogSize = createLogSizeCheck(onLongLog);
  const runWrite = observed(preparedStatements(writer), onStatement);
  // SQLite would continue to read a deleted file.
  const checkFile = onceATurn(() => void identity.check());
  const runRead = observed(preparedStatements(reader), (sql) => {
    checkFile();
    onStatement?.(sql);
  });

  const commits = createPollingCommitSignal({
    clock,
    onError,
    dataVersion: async () => {
      identity.check();
      // Read `data_version` on the write connection, because only commits of other processes change its value there.
      const { rows } = runWrite<{ data_version: number }>({ sql: 'PRAGMA data_version', parameters: [] });
      return rows[0]?.data_version ?? 0;
    },
  });

  let diskWasFull = false;
  const queue = createWriteQueue({
    connection: writer,
    run: runWrite,
    clock,
    busyTimeoutMs,
    observer: writes,
    beforeBegin() {
      if (diskWasFull) freeLogSpace(writer);
      diskWasFull = false;
    },
    // SQLite would continue to write to a deleted file. One check at the end is enough, because only the end of a
    // transaction acknowledges anything, also that an operation was refused.
    beforeEnd: () => checkLogSize(identity.check()),
    afterCommit: () => commits.announce('here'),
    onFailure(error) {
      diskWasFull = error instanceof DatabaseError && diskFullCodes.has(error.errorCode);
    },
  });

  return {
    file,
    isReadOnly: false,
    read: statementsOn(runRead),
    tables,
    commits,
    checkFileIdentity: () => void identity.check(),
    write: (operation) => queue.write(operation),
    async close() {
      commits.close();
      await queue.idle();
      reader.close();
      // Close the write connection last. Only this connection can move the write-ahead log to the database file.
      writer.close();
    },
  };
}

/**
 * On a full disk, no commit succeeds, so SQLite makes no automatic checkpoint. This checkpoint frees the space of the
 * write-ahead log.
 */
function freeLogSpace(writer: Connection): void {
  try {
    writer.pragma('wal_checkpoint(PASSIVE)');
  } catch {
    // The disk is still full. The next write fails with an error that says so.
  }
}

/** Opens the connection for reads. If it cannot be opened, calls `onFailure` and throws DatabaseOpenError. */
function openReader(file: string, tables: Tables, busyTimeoutMs: number, onFailure: () => void): Connection {
  try {
    const { connection: reader } = openForReading(file, { timeout: busyTimeoutMs });
    reader.exec(missingTableShims(tables));
    return reader;
  } catch (error) {
    onFailure();
    throw openError(file, error);
  }
}

/** Calls `onStatement` before each statement, and converts errors of the database file to DatabaseError. */
function observed(run: RunStatement, onStatement: StatementObserver | undefined): RunStatement {
  return (statement) => {
    try {
      onStatement?.(statement.sql);
      return run(statement);
    } catch (error) {
      throw databaseError(error) ?? error;
    }
  };
}

async function prepareFile(file: string, prepare: OpenDatabaseOptions['prepare']): Promise<Tables> {
  const connection = openFile(file);
  try {
    await prepare(connection, { isReadOnly: false });
    const mode = await enableWriteAheadLog(connection);
    if (mode !== 'wal')
      throw new DatabaseOpenError(
        `The database ${file} cannot use a write-ahead log (its journal mode remains '${String(mode)}'). ` +
          'Move the database to a local disk: network file systems do not support a write-ahead log.',
      );
    return inspectTables(connection);
  } catch (error) {
    throw openError(file, error);
  } finally {
    connection.close();
  }
}

/** Switches the database to a write-ahead log. Returns the new journal mode. */
async function enableWriteAheadLog(connection: Connection): Promise<unknown> {
  // Try several times, because another server may have locked the database. SQLite's busy timeout does not apply here.
  for (let attempt = 1; ; attempt += 1) {
    try {
      return connection.pragma('journal_mode = WAL', { simple: true });
    } catch (error) {
      if (codeOf(error) !== 'SQLITE_BUSY' || attempt === 50) throw error;
      await delay(20);
    }
  }
}

/** Makes the folder of a new database. Makes none for a broken link: the disk that it leads to may be missing. */
function makeFolder(given: string, file: string): void {
  if (existsSync(file)) return;
  if (isLink(given)) {
    if (existsSync(dirname(file))) return;
    throw new DatabaseOpenError(
      `The database ${given} cannot be opened: it is a link to ${file}, whose folder does not exist. Mount the disk of this folder, or correct the link.`,
    );
  }
  try {
    mkdirSync(dirname(given), { recursive: true });
  } catch (error) {
    throw openError(file, error);
  }
}

function openFile(file: string): Connection {
  try {
    return openConnection(file);
  } catch (error) {
    throw openError(file, error);
  }
}

/**
 * The error codes of a full disk. There are two, because some operating systems only report that the file cannot be
 * written.
 */
const diskFullCodes: ReadonlySet<DatabaseErrorCode> = new Set(['DATABASE_FULL', 'DATABASE_UNAVAILABLE']);

/** A write-ahead log that reaches this size is reported. It is reported again each time its size doubles. */
const longLogBytes = 64 * 1_024 * 1_024;

function createLogSizeCheck(
  onLongLog: ((bytes: number) => void) | undefined,
): (log: { logBytes: number }) => void {
  let reportAtBytes = longLogBytes;
  return ({ logBytes: bytes }) => {
    if (bytes < longLogBytes) reportAtBytes = longLogBytes;
    if (bytes < reportAtBytes) return;
    reportAtBytes = bytes * 2;
    onLongLog?.(bytes);
  };
}
