import type { RunStatement, Statement as SqlStatement, StatementResult } from '../statements.ts';
import { databaseTime } from './database-time.ts';
import type { Connection, Statement } from './driver.ts';

/** More than the program has statements. Lists of different lengths in `IN (…)` make more of them. */
const mostStatements = 500;

/** Runs statements on a connection. Prepares each statement once and keeps those that were used most recently. */
export function preparedStatements(connection: Connection): RunStatement {
  const prepared = new Map<string, Statement>();

  const prepare = (sql: string): Statement => {
    const known = prepared.get(sql);
    if (known !== undefined) prepared.delete(sql);
    const statement = known ?? connection.prepare(sql);
    // A Map keeps its keys in the order in which they were added, so the first key was used least recently.
    prepared.set(sql, statement);
    const [oldest] = prepared.size > mostStatements ? prepared.keys() : [];
    if (oldest !== undefined) prepared.delete(oldest);
    return statement;
  };

  return <Row>({ sql, parameters }: SqlStatement): StatementResult<Row> => {
    const statement = prepare(sql);
    const values = parameters.map(boundValue);
    if (isReader<Row>(statement)) return { rows: statement.all(...values) };
    const { changes, lastInsertRowid } = statement.run(...values);
    return { rows: [], insertId: BigInt(lastInsertRowid), changedRows: BigInt(changes) };
  };
}

/** Converts a parameter of a statement to a type that the database driver accepts. */
export function boundValue(value: unknown): unknown {
  if (value instanceof Date) return databaseTime(value);
  return typeof value === 'boolean' ? Number(value) : value;
}

/** Whether the statement returns rows. What type they have is known only where the statement was written. */
function isReader<Row>(statement: Statement): statement is Statement<unknown[], Row> {
  return statement.reader;
}
