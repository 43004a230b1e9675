import { existsSync, mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import BetterSqlite3 from 'better-sqlite3';
import type { Clock } from '../../shared/clock.ts';
import { PrismaClient } from '../generated/prisma/client.ts';
import type { Database, StatementObserver, WriteObserver } from '../database.ts';
import { createPollingCommitSignal } from './polling-commit-signal.ts';
import { codeOf, type DatabaseErrorCode, DatabaseError, DatabaseOpenError } from '../errors.ts';
import { openError } from './driver-errors.ts';
import { type FileIdentity, positionOf } from './file-identity.ts';
import { sqliteAdapter } from './sqlite-adapter.ts';
import { missingTableShimsFor } from './missing-table-shims.ts';
import { inspectTables } from './inspect-tables.ts';
import type { Tables } from '../tables.ts';

export interface OpenDatabaseOptions {
  /** Path of the file; its folder is made when it is missing. */
  file: string;
  /** Brings the tables up to date on a connection that nothing else uses yet. */
  prepare: (connection: BetterSqlite3.Database) => void | Promise<void>;
  clock: Clock;
  onError: (error: unknown) => void;
  /** The write-ahead log has grown to so many bytes: somebody reads for long, and keeps it from being moved into the file. */
  onLongLog?: (bytes: number) => void;
  onStatement?: StatementObserver | undefined;
  writes?: WriteObserver | undefined;
  busyTimeoutMs?: number;
}

/**
 * Opens the database with one connection that writes and one that reads: SQLite has one writer at a time, and a
 * reader of its own sees neither half-done transactions nor waits for them.
 * Throws DatabaseOpenError.
 */
export async function openDatabase(options: OpenDatabaseOptions): Promise<Database> {
  const { clock, onError, onLongLog, onStatement, writes, busyTimeoutMs = 5_000 } = options;
  const file = resolve(options.file);
  const tables = await prepareFile(file, options.prepare);
  const missingTableShims = missingTableShimsFor(tables);

  let place: FileIdentity | undefined;
  const checkFileIdentity = () => place?.check();
  let patienceMs = busyTimeoutMs;
  const shared = { file, busyTimeoutMs, onStatement, checkFileIdentity };
  const writer = new PrismaClient({
    adapter: sqliteAdapter({ ...shared, readonly: false, setUp: durable, patienceMs: () => patienceMs }),
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
  place = positionOf(file);
  const watchLog = createLogWatch(place, onLongLog);

  const commits = createPollingCommitSignal({
    clock,
    onError,
    dataVersion: async () => {
      // Asked of the writer: the number does not change for commits of the connection that asks.
      const [row] = await writer.$queryRaw<{ data_version: bigint }[]>`PRAGMA data_version`;
      return Number(row?.data_version);
    },
  });

  let lacksRoom = false;
  const makeRoom = async () => {
    if (!lacksRoom) return;
    // SQLite moves the log into the file behind a commit; without room for a commit, the log would never begin anew.
    await writer.$queryRaw`PRAGMA wal_checkpoint(PASSIVE)`.catch(() => undefined);
    lacksRoom = false;
  };

  let lastWrite: Promise<unknown> = Promise.resolve();
  return {
    read: reader,
    tables,
    commits,
    checkFileIdentity,
    write(operation) {
      const askedAtMs = clock.steadyMs();
      writes?.writeQueued();
      const result = lastWrite.then(async () => {
        const beganMs = clock.steadyMs();
        writes?.writeBegan(beganMs - askedAtMs);
        // Those that wait behind one that waits for the lock wait for it as well: all give up in their own time.
        patienceMs = busyTimeoutMs - (beganMs - askedAtMs);
        await makeRoom();
        const value = await writer
          .$transaction(operation, { maxWait: busyTimeoutMs + 5_000, timeout: 10_000 })
          .catch((error: unknown) => {
            lacksRoom = error instanceof DatabaseError && lackingRoom.has(error.errorCode);
            throw error;
          })
          .finally(() => writes?.writeEnded(clock.steadyMs() - beganMs));
        commits.announce('here');
        watchLog();
        return value;
      });
      lastWrite = result.catch(() => undefined);
      return result;
    },
    async close() {
      commits.close();
      await lastWrite;
      await reader.$disconnect();
      // The last to let go moves the write-ahead log into the file, which a connection that only reads cannot.
      await writer.$disconnect();
    },
  };
}

/**
 * In WAL mode the driver's default would let a power cut take the last commits back. A log that grew long while
 * somebody read is cut back to some megabytes when it begins anew. The statement at the end is what makes the log.
 */
const durable = `PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
  PRAGMA journal_size_limit = 16777216; SELECT 1 FROM sqlite_schema;`;

async function prepareFile(file: string, prepare: OpenDatabaseOptions['prepare']): Promise<Tables> {
  const connection = openFile(file);
  try {
    await prepare(connection);
    const mode = await writeAheadLog(connection);
    if (mode !== 'wal')
      throw new DatabaseOpenError(
        `The database ${file} cannot keep a write-ahead log (its journal mode stays '${String(mode)}'). ` +
          'Put it on a local disk: network file systems do not offer what the log needs.',
      );
    return inspectTables(connection);
  } catch (error) {
    throw openError(file, error);
  } finally {
    connection.close();
  }
}

/** Returns the journal mode that it is in then. */
async function writeAheadLog(connection: BetterSqlite3.Database): Promise<unknown> {
  // Changing the mode does not wait for a lock that a second server, started at the same moment, holds briefly.
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

/** Some systems tell of a disk that is full, others of a file that cannot be written. */
const lackingRoom: ReadonlySet<DatabaseErrorCode> = new Set(['DATABASE_FULL', 'DATABASE_UNAVAILABLE']);

/** From here on a long log is told of, and each time it has doubled. */
const longLogBytes = 64 * 1_024 * 1_024;

function createLogWatch(place: FileIdentity, onLongLog: ((bytes: number) => void) | undefined): () => void {
  let tellAt = longLogBytes;
  return () => {
    const bytes = place.logBytes();
    if (bytes < longLogBytes) tellAt = longLogBytes;
    if (bytes < tellAt) return;
    tellAt = bytes * 2;
    onLongLog?.(bytes);
  };
}
