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
  /** SQL script that runs once on the new connection. */
  setUp: string;
  /** How long a read waits for a lock that another program holds, in milliseconds. */
  busyTimeoutMs: number;
  /** How long a transaction that begins now waits for the lock. Default: `busyTimeoutMs`. */
  lockTimeoutMs?: (() => number) | undefined;
  /** Throws if the path no longer refers to the file that was opened. */
  checkFileIdentity: () => void;
  onStatement?: StatementObserver | undefined;
  /** Changes the SQL of each statement before it runs. */
  rewrite?: ((sql: string) => string) | undefined;
}

const busyRetryMs = 20;

/**
 * Prisma's adapter for better-sqlite3 with four changes:
 *
 * - A transaction takes the write lock when it begins. By default it takes the lock at its first write, which fails
 *   immediately if another process wrote since the first read of the transaction.
 * - Waiting for a lock of another process does not block the event loop. The driver's own wait does.
 * - Errors of the database file are converted to DatabaseError. The identity of the file is checked before each
 *   statement outside a transaction and before each COMMIT, because SQLite would go on writing to a deleted file.
 * - An observer sees each statement, and can make it fail in tests.
 *
 * Transactions must not overlap; open-database.ts queues them.
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
      // When the last process closes the file, it removes the write-ahead log under an exclusive lock. The driver waits
      // for this lock on read connections only.
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

/** Retries while another program holds the lock. Makes at least one attempt. */
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

/** Prisma sends COMMIT and ROLLBACK as statements and calls commit() or rollback() afterwards. */
function transactionOn(queries: SqlQueryable): Transaction {
  return {
    ...queries,
    options: { usePhantomQuery: false },
    async executeRaw(query) {
      try {
        return await queries.executeRaw(query);
      } catch (error) {
        // A failed COMMIT leaves the transaction open. Without the rollback, the next BEGIN would fail.
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
