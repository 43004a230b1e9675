import type { CompiledQuery, Kysely, RawBuilder } from 'kysely';
import type { TableTypes } from './generated/tables.ts';

/**
 * Builds and runs typed SQL statements. Each connection prepares a statement once. The database stores times as text:
 * use `databaseTime` and `readTime`.
 */
export interface Statements extends Kysely<TableTypes> {
  /** Runs the text of a statement. */
  readonly run: RunStatement;
}

/** What a statement returns. `insertId` and `changedRows` are undefined for a statement that returns rows. */
export interface StatementResult<Row> {
  rows: Row[];
  insertId?: bigint;
  changedRows?: bigint;
}

/** Runs one statement and returns its result at once. Throws DatabaseError if the database cannot be used. */
export type RunStatement = <Row>(statement: Statement) => StatementResult<Row>;

/** The text of a statement and its parameters. */
export type Statement = Pick<CompiledQuery, 'sql' | 'parameters'>;

/** A part of a statement, with its parameters. */
export type Sql = RawBuilder<unknown>;
