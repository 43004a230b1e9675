import type { RunStatement, Statement as SqlStatement, StatementResult } from '../statements.ts';
import { databaseTime } from './database-time.ts';
import type { Connection, Statement } from './driver.ts';

/** More than the program has statements. Lists of different lengths in `IN (…)` make more of them. */
const mostStatements = 500;

/** Runs statements on a connection. Prepares each statement once and keeps those that were used most recently. */
export function preparedStatements(connection: Connection): RunStatement {
  const prepared = new Map<string, PreparedStatement>();

  const prepare = (sql: string): PreparedStatement => {
    const known = prepared.get(sql);
    if (known !== undefined) prepared.delete(sql);
    const statement = known ?? prepareStatement(connection, sql);
    // A Map keeps its keys in the order in which they were added, so the first key was used least recently.
    prepared.set(sql, statement);
    const [oldest] = prepared.size > mostStatements ? prepared.keys() : [];
    if (oldest !== undefined) prepared.delete(oldest);
    return statement;
  };

  return <Row>({ sql, parameters }: SqlStatement): StatementResult<Row> => {
    const statement = prepare(sql);
    const values = parameters.map(boundValue);
    if (isReader<Row>(statement)) return { rows: readRows(statement, values) };
    const { changes, lastInsertRowid } = statement.driver.run(...values);
    return { rows: [], insertId: BigInt(lastInsertRowid), changedRows: BigInt(changes) };
  };
}

/** Converts a parameter of a statement to a type that the database driver accepts. */
export function boundValue(value: unknown): unknown {
  if (value instanceof Date) return databaseTime(value);
  return typeof value === 'boolean' ? Number(value) : value;
}

interface PreparedStatement {
  readonly driver: Statement;
  /** The names of the columns of the rows. Empty if the statement returns no rows. */
  readonly columns: readonly PropertyKey[];
}

/** A statement that returns rows. The driver returns each row as the list of its values. */
interface Reader<Row> extends PreparedStatement {
  readonly driver: Statement<unknown[], Row[keyof Row][]>;
  readonly columns: readonly (keyof Row)[];
}

function prepareStatement(connection: Connection, sql: string): PreparedStatement {
  const driver = connection.prepare(sql);
  return driver.reader
    ? { driver: driver.raw(), columns: driver.columns().map(({ name }) => name) }
    : { driver, columns: [] };
}

/** Whether the statement returns rows. What type they have is known only where the statement was written. */
function isReader<Row>(statement: PreparedStatement): statement is Reader<Row> {
  return statement.driver.reader;
}

/** Makes the objects here, because the driver for Node.js 20 needs a third more time for objects than for lists. */
function readRows<Row>({ driver, columns }: Reader<Row>, values: readonly unknown[]): Row[] {
  return driver.all(...values).map((list) => {
    const row: Row = Object.create(Object.prototype);
    let index = 0;
    for (const value of list) {
      const column = columns[index];
      if (column !== undefined) row[column] = value;
      index += 1;
    }
    return row;
  });
}
