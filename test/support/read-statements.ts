import { openConnection } from '../../src/db/sqlite/driver.ts';
import { preparedStatements } from '../../src/db/sqlite/prepared-statements.ts';
import { statementsOn } from '../../src/db/sqlite/statements-on.ts';
import type { Statements } from '../../src/db/statements.ts';

/** Statements on a database file, without a server. */
export function openReadStatements(file: string): Disposable & { statements: Statements } {
  const connection = openConnection(file, { readonly: true });
  return {
    statements: statementsOn(preparedStatements(connection)),
    [Symbol.dispose]: () => void connection.close(),
  };
}
