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
  /** Path of the file. A missing folder is created. */
  file: string;
  /** Checks or migrates the tables. The connection is used for nothing else. */
  prepare: (connection: BetterSqlite3.Database) => void | Promise<void>;
  clock: Clock;
  onError: (error: unknown) => void;
  /** Called when the write-ahead log has grown to `bytes`, because a long read prevents SQLite from truncating it. */
  onLongLog?: (bytes: number) => void;
  onStatement?: StatementObserver | undefined;
  writes?: WriteObserver | undefined;
  /** How long an operation waits for a lock of another program, in milliseconds. Default: 5,000. */
  busyTimeoutMs?: number;
}

/**
 * Opens the database with one connection for writes and one for reads. SQLite allows one writer at a time; a separate
 * read connection neither sees uncommitted rows nor waits for the writer.
 * Throws DatabaseOpenError.
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
      // Read `data_version` on the write connection: it changes only when another connection commits.
      const [row] = await writer.$queryRaw<{ data_version: bigint }[]>`PRAGMA data_version`;
      return Number(row?.data_version);
    },
  });

  let diskWasFull = false;
  const checkpointIfDiskWasFull = async () => {
    if (!diskWasFull) return;
    // SQLite normally checkpoints the write-ahead log after a commit. On a full disk no commit succeeds, so without
    // this checkpoint the log would never be reused.
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
        // The time in the queue counts towards the timeout: all writes that wait for the same lock fail on time.
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
      // The connection that is closed last checkpoints the write-ahead log, which a read-only connection cannot do.
      await writer.$disconnect();
    },
  };
}

/**
 * - synchronous: with the driver's default, a power failure in WAL mode could lose the last commits.
 * - journal_size_limit: truncates a long write-ahead log to 16 MB when SQLite reuses it.
 * - The SELECT makes SQLite create the write-ahead log.
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
          'Put it on a local disk: network file systems do not support the log.',
      );
    return inspectTables(connection);
  } catch (error) {
    throw openError(file, error);
  } finally {
    connection.close();
  }
}

/** Returns the resulting journal mode. */
async function enableWriteAheadLog(connection: BetterSqlite3.Database): Promise<unknown> {
  // SQLite's busy timeout does not apply to this change, and a server that starts at the same time may hold the lock.
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
 * The errors that a full disk can cause. Some systems report a full disk, others report that the file cannot be
 * written.
 */
const diskFullCodes: ReadonlySet<DatabaseErrorCode> = new Set(['DATABASE_FULL', 'DATABASE_UNAVAILABLE']);

/** The write-ahead log is reported when it reaches this size, and again each time its size has doubled. */
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
   * Throws DatabaseError if the path no longer refers to the file that was opened. SQLite would go on writing to the
   * deleted file, and those writes would be lost when it is closed.
   */
  check(): void;
  /** The size of the write-ahead log in bytes. */
  logBytes(): number;
}

/** The file must be in WAL mode and open, so that its write-ahead log exists. */
function identifyFile(file: string): FileIdentity {
  const log = `${file}-wal`;
  const opened = [file, log].map((path) => ({ path, inode: statusOf(path)?.ino }));
  return {
    check() {
      // While a file is open, the operating system does not reuse its inode for another file.
      for (const { path, inode } of opened)
        if (statusOf(path)?.ino !== inode)
          throw new DatabaseError('DATABASE_GONE', {
            cause: new Error(`${path} is not the file that was opened`),
          });
    },
    logBytes: () => statusOf(log)?.size ?? 0,
  };
}

/** The status of a file. Undefined if the file does not exist or cannot be reached. */
function statusOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
