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
  /** Run on the fresh connection, one script. */
  setUp: string;
  /** How long a statement that reads waits for another program to let go of the file, in milliseconds. */
  busyTimeoutMs: number;
  /** How much longer a transaction that begins now does. */
  patienceMs?: (() => number) | undefined;
  /** Throws when what is read or written would not be the database any more. */
  checkFileIdentity: () => void;
  onStatement?: StatementObserver | undefined;
  /** Changes a statement on its way to SQLite. */
  rewrite?: ((sql: string) => string) | undefined;
}

const busyRetryMs = 20;

/**
 * Prisma's SQLite driver with four things of its own:
 *
 * - A transaction takes the write lock when it begins. Begun the usual way, one that reads before it writes
 *   fails at once, and cannot be repeated from within, when another process wrote in between.
 * - Waiting for a lock that another process holds does not stop the event loop: the driver's own wait would.
 * - What befalls the file is a DatabaseFaultError, and so is a file that is not in its place any more: SQLite would go
 *   on writing to one that was deleted. It is looked for before each statement, and within a transaction before its end.
 * - Statements can be watched, and made to fail, by whoever opened the database.
 *
 * It expects its transactions one at a time; see the queue in database.ts.
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
      // Whoever closes the file last puts its write-ahead log away, and holds it alone meanwhile. A connection that
      // reads waits by itself.
      await whenFree(options.readonly ? 0 : options.busyTimeoutMs, async () => {
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
  const { checkFileIdentity, busyTimeoutMs, patienceMs = () => busyTimeoutMs } = options;
  const queries = observedQueries(connection, options, checkFileIdentity);
  const withinTransaction = observedQueries(connection, options, (sql) => {
    if (sql === 'COMMIT') checkFileIdentity();
  });
  return {
    ...queries,
    executeScript: (script) => connection.executeScript(script),
    dispose: () => connection.dispose(),
    async startTransaction() {
      await whenFree(patienceMs(), () => run(queries, 'BEGIN IMMEDIATE'));
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

/** Tries until no other program holds the file, and at least once. */
async function whenFree(patienceMs: number, attempt: () => Promise<unknown>): Promise<void> {
  for (let waitedMs = 0; ; waitedMs += busyRetryMs) {
    try {
      await attempt();
      return;
    } catch (error) {
      if (!isBusy(error) || waitedMs >= patienceMs) throw error;
      await delay(busyRetryMs);
    }
  }
}

/** Prisma sends COMMIT and ROLLBACK itself, as statements; commit() and rollback() come after them. */
function transactionOn(queries: SqlQueryable): Transaction {
  return {
    ...queries,
    options: { usePhantomQuery: false },
    async executeRaw(query) {
      try {
        return await queries.executeRaw(query);
      } catch (error) {
        // A COMMIT that fails leaves the transaction open, and the next BEGIN would fail for it.
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
