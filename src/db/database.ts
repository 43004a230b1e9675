import { existsSync, mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import BetterSqlite3 from 'better-sqlite3';
import type { Clock } from '../clock.ts';
import { type Prisma, PrismaClient } from '../generated/prisma/client.ts';
import { type CommitSignal, createCommitSignal } from './commit-signal.ts';
import { codeOf, DatabaseBusyError, DatabaseOpenError, openError } from './errors.ts';
import { type StatementObserver, sqliteAdapter } from './sqlite-adapter.ts';
import { standInsFor } from './stand-ins.ts';
import { inspectTables, type Tables } from './tables.ts';

/** What an operation changes the database through. It lives as long as the transaction it belongs to. */
export type WriteTransaction = Prisma.TransactionClient;
/** What queries read through. It sees what is committed and cannot change anything. */
export type Reader = PrismaClient;

export interface Database {
  readonly read: Reader;
  readonly tables: Tables;
  readonly commits: CommitSignal;
  /**
   * The one door for every change: runs `operation` in a transaction of its own, one after the other, and
   * announces the commit. Whatever `operation` throws undoes all of it and is thrown on.
   * Throws DatabaseBusyError when another program keeps the file locked.
   */
  write<Result>(operation: (tx: WriteTransaction) => Promise<Result>): Promise<Result>;
  /** Waits for the writes under way and lets go of the file. */
  close(): Promise<void>;
}

/** Is told how the changes get on, each of them waiting for its turn. */
export interface WriteObserver {
  writeQueued(): void;
  writeBegan(waitedMs: number): void;
  writeEnded(tookMs: number): void;
}

export interface OpenDatabaseOptions {
  /** Path of the file; its folder is made when it is missing. */
  file: string;
  /** Brings the tables up to date on a connection that nothing else uses yet. */
  prepare: (connection: BetterSqlite3.Database) => void | Promise<void>;
  clock: Clock;
  onError: (error: unknown) => void;
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
  const { clock, onError, onStatement, writes, busyTimeoutMs = 5_000 } = options;
  const file = resolve(options.file);
  const tables = await prepareFile(file, options.prepare);
  const standIns = standInsFor(tables);

  const writer = new PrismaClient({
    adapter: sqliteAdapter({ file, readonly: false, setUp: durable, busyTimeoutMs, onStatement }),
  });
  const reader = new PrismaClient({
    adapter: sqliteAdapter({ file, readonly: true, busyTimeoutMs, onStatement, ...standIns }),
  });
  await writer.$connect();
  await reader.$connect();

  const commits = createCommitSignal({
    clock,
    onError,
    dataVersion: async () => {
      // Asked of the writer: the number does not change for commits of the connection that asks.
      const [row] = await writer.$queryRaw<{ data_version: bigint }[]>`PRAGMA data_version`;
      return Number(row?.data_version);
    },
  });

  let lastWrite: Promise<unknown> = Promise.resolve();
  return {
    read: reader,
    tables,
    commits,
    write(operation) {
      const queuedMs = clock.steadyMs();
      writes?.writeQueued();
      const result = lastWrite.then(async () => {
        const beganMs = clock.steadyMs();
        writes?.writeBegan(beganMs - queuedMs);
        const value = await writer
          .$transaction(operation, { maxWait: busyTimeoutMs + 1_000, timeout: 10_000 })
          .catch((error: unknown) => {
            throw isBusy(error) ? busyError(file, busyTimeoutMs) : error;
          })
          .finally(() => writes?.writeEnded(clock.steadyMs() - beganMs));
        commits.announce('here');
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

/** In WAL mode the driver's default would let a power cut take the last commits back. */
const durable = 'PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;';

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

/** What Prisma makes of a BEGIN that found the file locked. */
function isBusy(error: unknown): boolean {
  return codeOf(error) === 'P1008';
}

function busyError(file: string, waitedMs: number): DatabaseBusyError {
  return new DatabaseBusyError(
    `Another program has kept the database ${file} locked for ${waitedMs / 1_000} s. Nothing was changed; try again.`,
  );
}
