import { type Connection, openConnection, type Statement } from '../../src/db/sqlite/driver.ts';

/** The connections of Prisma's schema engine, in the form that its WebAssembly module expects. */
export interface EngineConnections {
  readonly provider: 'sqlite';
  readonly adapterName: string;
  connect(): Promise<Outcome<EngineConnection>>;
  connectToShadowDb(): Promise<Outcome<EngineConnection>>;
  closeAll(): void;
}

/** The module catches no JavaScript errors, so each function returns its error. */
type Outcome<Value> = { ok: true; value: Value } | { ok: false; error: EngineError };

interface EngineError {
  kind: 'sqlite';
  extendedCode: number;
  message: string;
}

interface EngineStatement {
  sql: string;
  args: unknown[];
}

interface EngineRows {
  columnNames: string[];
  columnTypes: number[];
  rows: unknown[][];
}

interface EngineConnection {
  readonly provider: 'sqlite';
  readonly adapterName: string;
  queryRaw(statement: EngineStatement): Promise<Outcome<EngineRows>>;
  executeRaw(statement: EngineStatement): Promise<Outcome<number>>;
  executeScript(script: string): Promise<Outcome<void>>;
  dispose(): Promise<Outcome<void>>;
}

const adapterName = 'better-sqlite3';

/** Opens connections to a database file, and shadow databases in memory. */
export function engineConnections(file: string): EngineConnections {
  const opened: Connection[] = [];
  const connect = (path: string) => {
    const connection = openConnection(path);
    opened.push(connection);
    return engineConnection(connection);
  };
  return {
    provider: 'sqlite',
    adapterName,
    connect: outcomeOf(() => connect(file)),
    connectToShadowDb: outcomeOf(() => connect(':memory:')),
    closeAll() {
      for (const connection of opened) connection.close();
    },
  };
}

function engineConnection(connection: Connection): EngineConnection {
  const prepare = ({ sql }: EngineStatement): Statement => {
    // The engine queries partial indexes with a string in double quotes, which this SQLite treats as a column.
    return connection.prepare(sql.replace(/ name = "([^"]*)";$/, " name = '$1';"));
  };
  return {
    provider: 'sqlite',
    adapterName,
    queryRaw: outcomeOf((sent: EngineStatement) => {
      const statement = prepare(sent);
      if (!statement.reader) {
        statement.run(...sent.args);
        return { columnNames: [], columnTypes: [], rows: [] };
      }
      const rows = valuesOf(statement, sent.args);
      const columns = statement.columns();
      return {
        columnNames: columns.map(({ name }) => name),
        columnTypes: columns.map(({ type }, index) => {
          const values = rows.map((row) => row[index]);
          return columnType(
            type,
            values.find((value) => value !== null),
          );
        }),
        rows,
      };
    }),
    executeRaw: outcomeOf((sent: EngineStatement) => prepare(sent).run(...sent.args).changes),
    executeScript: outcomeOf((script: string) => void connection.exec(script)),
    dispose: outcomeOf(() => void connection.close()),
  };
}

function valuesOf(statement: Statement, parameters: unknown[]): unknown[][] {
  const rows: unknown[][] = [];
  for (const row of statement.raw().iterate(...parameters)) if (Array.isArray(row)) rows.push(row);
  return rows;
}

/** Prisma's numbers for the types of columns. A column without a declared type has the type of its first value. */
function columnType(declared: string | null, value: unknown): number {
  if (declared === 'DATETIME') return 10;
  const isText = declared === null || declared === '' ? typeof value === 'string' : declared === 'TEXT';
  return isText ? 7 : 0;
}

function outcomeOf<Parameters extends unknown[], Value>(
  run: (...parameters: Parameters) => Value,
): (...parameters: Parameters) => Promise<Outcome<Value>> {
  return async (...parameters) => {
    try {
      return { ok: true, value: run(...parameters) };
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return { ok: false, error: { kind: 'sqlite', extendedCode: 1, message } };
    }
  };
}
