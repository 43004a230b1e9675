import { setTimeout as delay } from 'node:timers/promises';
import { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3';
import type {
  SqlDriverAdapter,
  SqlDriverAdapterFactory,
  SqlQuery,
  SqlQueryable,
  Transaction,
} from '@prisma/driver-adapter-utils';
import type { StatementObserver } from '../database.ts';
import { DatabaseError } from '../errors.ts';
import { databaseError } from './driver-errors.ts';

export interface SqliteAdapterOptions {
  file: string;
  readonly: boolean;
  /** The SQL script that runs once on the new connection. */
  setUp: string;
  /** How many milliseconds a read waits if another program has locked the database. */
  busyTimeoutMs: number;
  /** Returns how many milliseconds a new transaction waits for the write lock. Default: `busyTimeoutMs`. */
  lockTimeoutMs?: (() => number) | undefined;
  /** Throws an error if the open database file was deleted, moved or replaced. */
  checkFileIdentity: () => void;
  onStatement?: StatementObserver | undefined;
  /** Changes the SQL of each statement before the statement runs. */
  rewrite?: ((sql: string) => string) | undefined;
}

const busyRetryMs = 20;

/**
 * Prisma's adapter for better-sqlite3. It waits for locks without blocking the event loop, and converts errors of the
 * database file to DatabaseError. Transactions must not overlap, so open-database.ts queues them.
 */
export function sqliteAdapter(options: SqliteAdapterOptions): SqlDriverAdapterFactory {
  const driver = new PrismaBetterSqlite3({
    url: `file:${options.file}`,
    readonly: options.readonly,
    fileMustExist: true,
    timeout: options.readonly ? options.busyTimeoutMs : 0,
  });
  return {
    provider: driver.provider,
    adapterName: driver.adapterName,
    async connect() {
      const connection = await driver.connect();
      // Try several times, because a process that closes the last connection locks the database briefly. The driver
      // waits for this lock only on read connections.
      await retryWhileLocked(options.readonly ? 0 : options.busyTimeoutMs, async () => {
        try {
          await connection.executeScript(options.setUp);
        } catch (error) {
          throw databaseError(error) ?? error;
        }
      });
      return observedAdapter(connection, options);
    },
  };
}

function observedAdapter(connection: SqlDriverAdapter, options: SqliteAdapterOptions): SqlDriverAdapter {
  const { checkFileIdentity, busyTimeoutMs, lockTimeoutMs = () => busyTimeoutMs } = options;
  const queries = observedQueries(connection, options, checkFileIdentity);
  const withinTransaction = observedQueries(connection, options, (sql) => {
    if (sql === 'COMMIT') checkFileIdentity();
  });
  return {
    ...queries,
    executeScript: (script) => connection.executeScript(script),
    dispose: () => connection.dispose(),
    async startTransaction() {
      // Take the write lock now, because a later lock fails if another process has written since the first read.
      await retryWhileLocked(lockTimeoutMs(), () => run(queries, 'BEGIN IMMEDIATE'));
      return transactionOn(withinTransaction);
    },
  };
}

function observedQueries(
  connection: SqlDriverAdapter,
  { onStatement, rewrite }: SqliteAdapterOptions,
  check: (sql: string) => void,
): SqlQueryable {
  const send = async <Result>(query: SqlQuery, to: (query: SqlQuery) => Promise<Result>): Promise<Result> => {
    try {
      // Check the file, because SQLite would continue to write to a deleted file.
      check(query.sql);
      onStatement?.(query.sql);
      return await to(rewrite === undefined ? query : { ...query, sql: rewrite(query.sql) });
    } catch (error) {
      throw databaseError(error) ?? error;
    }
  };
  return {
    provider: connection.provider,
    adapterName: connection.adapterName,
    queryRaw: (query) => send(query, (sent) => connection.queryRaw(sent)),
    executeRaw: (query) => send(query, (sent) => connection.executeRaw(sent)),
  };
}

/** Calls `attempt`. While the database is locked, tries again for at most `lockTimeoutMs`. */
async function retryWhileLocked(lockTimeoutMs: number, attempt: () => Promise<unknown>): Promise<void> {
  for (let waitedMs = 0; ; waitedMs += busyRetryMs) {
    try {
      await attempt();
      return;
    } catch (error) {
      if (!isBusy(error) || waitedMs >= lockTimeoutMs) throw error;
      await delay(busyRetryMs);
    }
  }
}

/**
 * Creates a transaction for Prisma. commit() and rollback() do nothing, because Prisma sends COMMIT and ROLLBACK as
 * statements.
 */
function transactionOn(queries: SqlQueryable): Transaction {
  return {
    ...queries,
    options: { usePhantomQuery: false },
    async executeRaw(query) {
      try {
        return await queries.executeRaw(query);
      } catch (error) {
        // Roll back, because a failed COMMIT leaves the transaction open and the next BEGIN would then fail.
        if (query.sql === 'COMMIT') await run(queries, 'ROLLBACK').catch(() => undefined);
        throw error;
      }
    },
    commit: async () => undefined,
    rollback: async () => undefined,
  };
}

function run(queries: SqlQueryable, sql: string): Promise<number> {
  return queries.executeRaw({ sql, args: [], argTypes: [] });
}

function isBusy(error: unknown): boolean {
  return error instanceof DatabaseError && error.errorCode === 'DATABASE_BUSY';
}
