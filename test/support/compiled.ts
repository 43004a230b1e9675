import type { Sql, Statement } from '../../src/db/statements.ts';
import { statementsOn } from '../../src/db/sqlite/statements-on.ts';

const statements = statementsOn(() => {
  throw new Error('These statements are only compiled');
});

/** The text and the parameters of a part of a statement, without a database. */
export function compiled(part: Sql): Statement {
  return part.compile(statements);
}
