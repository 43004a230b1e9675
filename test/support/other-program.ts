import { type Connection, openConnection } from '../../src/db/sqlite/driver.ts';

/** Another program that uses a database file and opens it for each access. */
export interface OtherProgram {
  /** Reads rows from the file. */
  rows(sql: string, ...parameters: unknown[]): Record<string, unknown>[];
  /** Changes the file. */
  change(sql: string): void;
}

export function otherProgramOn(file: string): OtherProgram {
  const open = <Result>(use: (connection: Connection) => Result): Result => {
    const connection = openConnection(file);
    try {
      return use(connection);
    } finally {
      connection.close();
    }
  };
  return {
    rows: (sql, ...parameters) =>
      open((connection) => connection.prepare<unknown[], Record<string, unknown>>(sql).all(parameters)),
    change: (sql) => {
      open((connection) => connection.exec(sql));
    },
  };
}
