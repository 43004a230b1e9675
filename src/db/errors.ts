import { type DatabaseErrorCode, ExpectedError } from '../shared/expected-error.ts';

/** The program could not open or prepare the database. The message names the file, the cause and the remedy. */
export class DatabaseOpenError extends ExpectedError {
  override readonly name = 'DatabaseOpenError';

  constructor(message: string, options?: ErrorOptions) {
    super({ code: 'DATABASE', message, ...options, parameters: {} });
  }
}

/** Another program kept the database file locked for too long. Nothing was changed, so the client can try again. */
export class DatabaseBusyError extends ExpectedError {
  override readonly name = 'DatabaseBusyError';

  constructor(message: string, options?: ErrorOptions) {
    super({ code: 'DATABASE_BUSY', message, ...options, parameters: {} });
  }
}

/** This user may not write the database. The message names the file, its owner and the remedy. */
export class DatabaseReadOnlyError extends ExpectedError {
  override readonly name = 'DatabaseReadOnlyError';

  constructor(message: string, options?: ErrorOptions) {
    super({ code: 'DATABASE_READ_ONLY', message, ...options, parameters: {} });
  }
}

/**
 * The messages for errors of an open database, by error code. Clients see these messages, so they must not contain the
 * file name.
 */
const failures = {
  DATABASE_BUSY: {
    message: 'Another program has locked the database',
    suggestion:
      'Try again. If the error persists, the operator must stop the program that has locked the database',
  },
  DATABASE_FULL: {
    message: 'The database cannot grow: its disk is full',
    suggestion: 'The operator must free disk space. Then repeat the request',
  },
  DATABASE_READ_ONLY: {
    message: 'The database is read-only',
    suggestion: 'The operator must allow the server to write to the database file and its folder',
  },
  DATABASE_CORRUPT: {
    message: 'The database is damaged',
    suggestion:
      "The operator must stop the server and restore a backup, or recover the readable rows with 'sqlite3 FILE .recover'",
  },
  DATABASE_GONE: {
    message: 'The database file was deleted, moved or replaced while the server was using it',
    suggestion:
      'The operator must move the original file back. If the file is lost, the operator must stop the server, delete the -wal and -shm files beside the database, restore a backup and start the server',
  },
  DATABASE_CHANGED: {
    message: 'Another program removed a table, a column or an index that the server needs',
    suggestion:
      'The operator must create the removed part again and restore its rows from a backup. Then repeat the request',
  },
  DATABASE_UNAVAILABLE: {
    message: 'The database file could not be read or written',
    suggestion:
      'The operator must look up the cause in the log, for example a failing disk, and can fix it while the server runs',
  },
} as const satisfies Record<DatabaseErrorCode, { message: string; suggestion: string }>;

/** A SQL statement failed for an external reason, such as a full disk. The transaction was rolled back. */
export class DatabaseError extends ExpectedError {
  override readonly name = 'DatabaseError';
  declare readonly errorCode: DatabaseErrorCode;

  constructor(code: DatabaseErrorCode, options?: ErrorOptions) {
    super({ code, ...failures[code], ...options, parameters: {} });
  }
}

/**
 * A backup of the database failed. The database is unchanged, and there is no partial copy. The message contains the
 * remedy.
 */
export class BackupError extends ExpectedError {
  override readonly name = 'BackupError';

  constructor(message: string, options?: ErrorOptions) {
    super({ code: 'DATABASE', message, ...options, parameters: {} });
  }
}

/** Why the database migrations cannot be applied. */
export type MigrationProblem =
  /** The folder of migrations, or a file in this folder, does not exist. */
  | 'missing'
  /** The migration file was changed after the migration was applied. */
  | 'changed'
  /** Another program started the migration and did not finish it. */
  | 'unfinished'
  /** The database has the migration, but this version of the program does not contain it. */
  | 'unknown'
  /** The SQL of the migration failed. */
  | 'failed';

/** The database migrations cannot be applied. The message names the migration, the problem and the remedy. */
export class MigrationError extends ExpectedError {
  override readonly name = 'MigrationError';
  readonly problem: MigrationProblem;

  constructor(problem: MigrationProblem, message: string, options?: ErrorOptions) {
    super({ code: 'DATABASE', message, ...options, parameters: {} });
    this.problem = problem;
  }
}

/** Returns the `code` of an error from the database driver or the operating system. */
export function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
