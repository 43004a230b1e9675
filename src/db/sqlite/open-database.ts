import { existsSync, mkdirSync, type Stats, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import BetterSqlite3 from 'better-sqlite3';
import type { Clock } from '../../shared/clock.ts';
import { PrismaClient } from '../generated/prisma/client.ts';
import type { Database, StatementObserver, WriteObserver } from '../database.ts';
import { createPollingCommitSignal } from './polling-commit-signal.ts';
import type { DatabaseErrorCode } from '../../shared/expected-error.ts';
import { codeOf, DatabaseError, DatabaseOpenError } from '../errors.ts';
import { openError } from './driver-errors.ts';
import { sqliteAdapter } from './sqlite-adapter.ts';
import { missingTableShimsFor } from './missing-table-shims.ts';
import { inspectTables } from './inspect-tables.ts';
import type { Tables } from '../tables.ts';

export interface OpenDatabaseOptions {
  /** The path of the database file. If its folder is missing, it is created. */
  file: string;
  /** Checks or migrates the tables, before anything else uses the connection. */
  prepare: (connection: BetterSqlite3.Database) => void | Promise<void>;
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
 * wait for writes. Throws DatabaseOpenError.
 */
export async function openDatabase(options: OpenDatabaseOptions): Promise<Database> {
  const { clock, onError, onLongLog, onStatement, writes, busyTimeoutMs = 5_000 } = options;
  const file = resolve(options.file);
  const tables = await prepareFile(file, options.prepare);
  const missingTableShims = missingTableShimsFor(tables);

  let identity: FileIdentity | undefined;
  const checkFileIdentity = () => identity?.check();
  let lockTimeoutMs = busyTimeoutMs;
  const shared = { file, busyTimeoutMs, onStatement, checkFileIdentity };
  const writer = new PrismaClient({
    adapter: sqliteAdapter({
      ...shared,
      readonly: false,
      setUp: writerSetUp,
      lockTimeoutMs: () => lockTimeoutMs,
    }),
  });
  const reader = new PrismaClient({
    adapter: sqliteAdapter({ ...shared, readonly: true, ...missingTableShims }),
  });
  try {
    await writer.$connect();
    await reader.$connect();
  } catch (error) {
    throw openError(file, error);
  }
  identity = identifyFile(file);
  const checkLogSize = createLogSizeCheck(identity, onLongLog);

  const commits = createPollingCommitSignal({
    clock,
    onError,
    dataVersion: async () => {
      // Read `data_version` on the write connection, because only commits of other processes change its value there.
      const [row] = await writer.$queryRaw<{ data_version: bigint }[]>`PRAGMA data_version`;
      return Number(row?.data_version);
    },
  });

  let diskWasFull = false;
  const checkpointIfDiskWasFull = async () => {
    if (!diskWasFull) return;
    // On a full disk, no commit succeeds, so SQLite makes no automatic checkpoint. This checkpoint frees the space of
    // the write-ahead log.
    await writer.$queryRaw`PRAGMA wal_checkpoint(PASSIVE)`.catch(() => undefined);
    diskWasFull = false;
  };

  let lastWrite: Promise<unknown> = Promise.resolve();
  return {
    read: reader,
    tables,
    commits,
    checkFileIdentity,
    write(operation) {
      const queuedAtMs = clock.steadyMs();
      writes?.writeQueued();
      const result = lastWrite.then(async () => {
        const beganMs = clock.steadyMs();
        writes?.writeBegan(beganMs - queuedAtMs);
        // `busyTimeoutMs` limits the total waiting time, so subtract the time in the queue.
        lockTimeoutMs = busyTimeoutMs - (beganMs - queuedAtMs);
        await checkpointIfDiskWasFull();
        const value = await writer
          .$transaction(operation, { maxWait: busyTimeoutMs + 5_000, timeout: 10_000 })
          .catch((error: unknown) => {
            diskWasFull = error instanceof DatabaseError && diskFullCodes.has(error.errorCode);
            throw error;
          })
          .finally(() => writes?.writeEnded(clock.steadyMs() - beganMs));
        commits.announce('here');
        checkLogSize();
        return value;
      });
      lastWrite = result.catch(() => undefined);
      return result;
    },
    async close() {
      commits.close();
      await lastWrite;
      await reader.$disconnect();
      // Close the write connection last. Only this connection can move the write-ahead log to the database file.
      await writer.$disconnect();
    },
  };
}

/**
 * `synchronous = FULL` protects the newest commits from a power failure. `journal_size_limit` makes SQLite shorten a
 * long write-ahead log to 16 MB. The SELECT creates the log, because `identifyFile` needs it.
 */
const writerSetUp = `PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
  PRAGMA journal_size_limit = 16777216; SELECT 1 FROM sqlite_schema;`;

async function prepareFile(file: string, prepare: OpenDatabaseOptions['prepare']): Promise<Tables> {
  const connection = openFile(file);
  try {
    await prepare(connection);
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
async function enableWriteAheadLog(connection: BetterSqlite3.Database): Promise<unknown> {
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

function openFile(file: string): BetterSqlite3.Database {
  try {
    if (!existsSync(file)) mkdirSync(dirname(file), { recursive: true });
    return new BetterSqlite3(file);
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
  identity: FileIdentity,
  onLongLog: ((bytes: number) => void) | undefined,
): () => void {
  let reportAtBytes = longLogBytes;
  return () => {
    const bytes = identity.logBytes();
    if (bytes < longLogBytes) reportAtBytes = longLogBytes;
    if (bytes < reportAtBytes) return;
    reportAtBytes = bytes * 2;
    onLongLog?.(bytes);
  };
}

/** Detects that the file of an open database was deleted, moved or replaced. */
interface FileIdentity {
  /**
   * Throws DatabaseError if the open file was deleted, moved or replaced. SQLite would lose all further writes to such
   * a file.
   */
  check(): void;
  /** The size of the write-ahead log in bytes. */
  logBytes(): number;
}

/** Records the inodes of the database file and its write-ahead log. The database must be open in WAL mode. */
function identifyFile(file: string): FileIdentity {
  const log = `${file}-wal`;
  const opened = [file, log].map((path) => ({ path, inode: statusOf(path)?.ino }));
  return {
    check() {
      // Compare the inodes, because no other file can get the inode of a file that is still open.
      for (const { path, inode } of opened)
        if (statusOf(path)?.ino !== inode)
          throw new DatabaseError('DATABASE_GONE', {
            cause: new Error(`${path} is not the file that was opened`),
          });
    },
    logBytes: () => statusOf(log)?.size ?? 0,
  };
}

/** Returns the status of a file, or undefined if the file does not exist or cannot be reached. */
function statusOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
