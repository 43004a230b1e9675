/** The database could not be opened or prepared; the message says which file, why, and what to do. */
export class DatabaseOpenError extends Error {
  override readonly name = 'DatabaseOpenError';
}

/** Another program kept the file locked for too long. Nothing was changed; the same request may be sent again. */
export class DatabaseBusyError extends Error {
  override readonly name = 'DatabaseBusyError';
}

/** What can befall a database that is open, by the code that clients are told. None of it names a file: clients read it. */
const problems = {
  DATABASE_BUSY: {
    what: 'Another program keeps the database locked.',
    remedy: 'Try again. If this goes on, the operator ends the program that has the file locked.',
  },
  DATABASE_FULL: {
    what: 'The database cannot grow: its disk is full.',
    remedy: 'The operator makes room on the disk; the same request can be sent again then.',
  },
  DATABASE_READ_ONLY: {
    what: 'The database cannot be written to: it is read-only.',
    remedy: 'The operator lets the user that the server runs as write to the file and its folder.',
  },
  DATABASE_CORRUPT: {
    what: 'The database is damaged.',
    remedy:
      'The operator stops the server and restores a backup, or saves what can be read with: sqlite3 FILE .recover',
  },
  DATABASE_GONE: {
    what: 'The file of the database was deleted, moved or replaced while the server was using it.',
    remedy:
      'The operator moves the very same file back; or stops the server, deletes the files beside it that end in -wal and -shm, puts a backup in its place and starts the server again.',
  },
  DATABASE_CHANGED: {
    what: 'Another program has taken a table, a column or an index out of the database that the server needs.',
    remedy:
      'The operator puts it back, from a backup where it held rows; the same request can be sent again then.',
  },
  DATABASE_UNAVAILABLE: {
    what: 'The file of the database could not be read or written.',
    remedy:
      'The operator finds the cause in the log, such as a disk that fails, and can repair it while the server runs.',
  },
} as const;

export type DatabaseErrorCode = keyof typeof problems;

export const databaseErrorCodes: readonly string[] = Object.keys(problems);

/** A statement could not be carried out, for a reason that lies outside of this program. What it belonged to is undone. */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError';
  /** Not named `code`: Prisma replaces any error that has a `code`. */
  readonly errorCode: DatabaseErrorCode;
  /** Who can do what about it. */
  readonly remedy: string;

  constructor(code: DatabaseErrorCode, options?: ErrorOptions) {
    super(problems[code].what, options);
    this.errorCode = code;
    this.remedy = problems[code].remedy;
  }
}

/** No backup could be made; the message says why and what to do. The original is untouched, no copy is left. */
export class BackupError extends Error {
  override readonly name = 'BackupError';
}

/**
 * - missing: the folder, or a file in it, is not there
 * - changed: the file is not what was applied
 * - unfinished: another program started it and did not get to its end
 * - unknown: the database has it, this version does not
 * - failed: its SQL did not run
 */
export type MigrationProblem = 'missing' | 'changed' | 'unfinished' | 'unknown' | 'failed';

/** The database cannot be brought up to date; the message says which migration, what is wrong and what to do. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
  readonly problem: MigrationProblem;

  constructor(problem: MigrationProblem, message: string, options?: ErrorOptions) {
    super(message, options);
    this.problem = problem;
  }
}

/** The code that the driver, Prisma or the operating system gave an error. */
export function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
