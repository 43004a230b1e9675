import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  Kysely,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import type { TableTypes } from '../generated/tables.ts';
import type { RunStatement, Statements } from '../statements.ts';

/** Creates statements that `run` executes. Takes a few microseconds, so each write operation gets its own. */
export function statementsOn(run: RunStatement): Statements {
  return Object.assign(new Kysely<TableTypes>({ dialect: dialectOn(run) }), { run });
}

/**
 * Kysely's own driver for SQLite prepares each statement anew and queues statements behind a lock. This one needs no
 * lock, because `run` returns at once.
 */
function dialectOn(run: RunStatement): Dialect {
  const connection: DatabaseConnection = {
    async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
      const { rows, insertId, changedRows } = run<Row>(query);
      return {
        rows,
        ...(insertId === undefined ? {} : { insertId }),
        ...(changedRows === undefined ? {} : { numAffectedRows: changedRows }),
      };
    },
    streamQuery() {
      throw new Error('Statements cannot be streamed. Use a snapshot');
    },
  };
  const driver: Driver = {
    init: async () => {},
    acquireConnection: async () => connection,
    releaseConnection: async () => {},
    destroy: async () => {},
    beginTransaction: withoutTransactions,
    commitTransaction: withoutTransactions,
    rollbackTransaction: withoutTransactions,
  };
  return {
    createDriver: () => driver,
    createAdapter: () => new SqliteAdapter(),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createIntrospector: (statements) => new SqliteIntrospector(statements),
  };
}

async function withoutTransactions(): Promise<void> {
  throw new Error('Only the write queue begins and ends transactions');
}
