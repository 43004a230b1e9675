import { type DatabaseErrorCode, ExpectedError } from '../shared/expected-error.ts';

/** The database could not be opened or prepared. The message says which file, why, and what to do. */
export class DatabaseOpenError extends ExpectedError {
  override readonly name = 'DatabaseOpenError';

  constructor(message: string, options?: ErrorOptions) {
    super({ code: 'DATABASE', message, ...options, parameters: {} });
  }
}

/** Another program held the lock on the file for too long. Nothing was changed; the same request can be sent again. */
export class DatabaseBusyError extends ExpectedError {
  override readonly name = 'DatabaseBusyError';

  constructor(message: string, options?: ErrorOptions) {
    super({ code: 'DATABASE_BUSY', message, ...options, parameters: {} });
  }
}

/** The errors of an open database, by public error code. The texts name no file, because clients read them. */
const failures = {
  DATABASE_BUSY: {
    message: 'Another program has locked the database',
    suggestion: 'Try again. If the error persists, the operator must end the program that holds the lock',
  },
  DATABASE_FULL: {
    message: 'The database cannot grow: its disk is full',
    suggestion: 'The operator must free disk space. Then send the same request again',
  },
  DATABASE_READ_ONLY: {
    message: 'The database is read-only',
    suggestion: 'The operator must give the user of the server write permission on the file and its folder',
  },
  DATABASE_CORRUPT: {
    message: 'The database is damaged',
    suggestion:
      "The operator must stop the server and restore a backup, or recover the readable rows with 'sqlite3 FILE .recover'",
  },
  DATABASE_GONE: {
    message: 'The database file was deleted, moved or replaced while the server was using it',
    suggestion:
      'The operator must either move the original file back, or stop the server, delete the -wal and -shm files beside the database, restore a backup and start the server again',
  },
  DATABASE_CHANGED: {
    message: 'Another program removed a table, a column or an index that the server needs',
    suggestion:
      'The operator must create it again and restore its rows from a backup. Then send the same request again',
  },
  DATABASE_UNAVAILABLE: {
    message: 'The database file could not be read or written',
    suggestion:
      'The operator must look up the cause in the log, for example a failing disk, and can fix it while the server runs',
  },
} as const satisfies Record<DatabaseErrorCode, { message: string; suggestion: string }>;

/** A statement failed for a reason outside this program. Its transaction was rolled back. */
export class DatabaseError extends ExpectedError {
  override readonly name = 'DatabaseError';
  declare readonly errorCode: DatabaseErrorCode;

  constructor(code: DatabaseErrorCode, options?: ErrorOptions) {
    super({ code, ...failures[code], ...options, parameters: {} });
  }
}

/** A backup failed. The message says why and what to do. The original is unchanged and no partial copy is left. */
export class BackupError extends ExpectedError {
  override readonly name = 'BackupError';

  constructor(message: string, options?: ErrorOptions) {
    super({ code: 'DATABASE', message, ...options, parameters: {} });
  }
}

/**
 * - missing: the folder of migrations, or a file in it, does not exist
 * - changed: the file differs from what was applied
 * - unfinished: another program started the migration and did not finish it
 * - unknown: the database has the migration, this version of the program does not
 * - failed: its SQL failed
 */
export type MigrationProblem = 'missing' | 'changed' | 'unfinished' | 'unknown' | 'failed';

/** The migrations cannot be applied. The message says which one, what is wrong and what to do. */
export class MigrationError extends ExpectedError {
  override readonly name = 'MigrationError';
  readonly problem: MigrationProblem;

  constructor(problem: MigrationProblem, message: string, options?: ErrorOptions) {
    super({ code: 'DATABASE', message, ...options, parameters: {} });
    this.problem = problem;
  }
}

/** The `code` of an error from the driver, Prisma or the operating system. */
export function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
