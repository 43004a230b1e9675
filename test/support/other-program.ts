import BetterSqlite3 from 'better-sqlite3';

/** Another program that uses a database file and opens it for each access. */
export interface OtherProgram {
  /** Reads rows from the file. */
  rows(sql: string, ...parameters: unknown[]): Record<string, unknown>[];
  /** Changes the file. */
  change(sql: string): void;
}

export function otherProgramOn(file: string): OtherProgram {
  const open = <Result>(use: (connection: BetterSqlite3.Database) => Result): Result => {
    const connection = new BetterSqlite3(file);
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
