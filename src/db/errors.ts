import { DriverAdapterError } from '@prisma/driver-adapter-utils';

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

/** The first one that the driver's code begins with counts. */
const codesByDriverCode: readonly (readonly [driverCode: string, code: DatabaseErrorCode])[] = [
  ['SQLITE_BUSY', 'DATABASE_BUSY'],
  ['SQLITE_PROTOCOL', 'DATABASE_BUSY'],
  ['SQLITE_FULL', 'DATABASE_FULL'],
  ['SQLITE_READONLY_DBMOVED', 'DATABASE_GONE'],
  ['SQLITE_READONLY', 'DATABASE_READ_ONLY'],
  ['SQLITE_CORRUPT', 'DATABASE_CORRUPT'],
  ['SQLITE_NOTADB', 'DATABASE_CORRUPT'],
  ['SQLITE_IOERR', 'DATABASE_UNAVAILABLE'],
  ['SQLITE_CANTOPEN', 'DATABASE_UNAVAILABLE'],
];

/** What an error of a database that is open says of it; undefined for an error that is about something else. */
export function databaseError(error: unknown): DatabaseError | undefined {
  const { code: driverCode, message } = saidByDriver(error);
  if (driverCode === 'SQLITE_ERROR' && /^no such (table|column|index)/.test(message))
    return new DatabaseError('DATABASE_CHANGED', { cause: error });
  const [, code] = codesByDriverCode.find(([prefix]) => driverCode.startsWith(prefix)) ?? [];
  return code === undefined ? undefined : new DatabaseError(code, { cause: error });
}

/** Prisma's driver wraps what SQLite's says. */
function saidByDriver(error: unknown): { code: string; message: string } {
  if (error instanceof DriverAdapterError)
    return { code: error.cause.originalCode ?? '', message: error.cause.originalMessage ?? '' };
  return { code: String(codeOf(error)), message: messageOf(error) };
}

/** What an operator can do about an error that came up while a file was opened or prepared; any other error as it is. */
export function openError(file: string, error: unknown): unknown {
  switch (error instanceof DatabaseError ? saidByDriver(error.cause).code : codeOf(error)) {
    case 'SQLITE_NOTADB':
      return new DatabaseOpenError(
        `${file} is not an SQLite database. Check DATABASE_URL: it must name a shark database or a file that does not exist yet.`,
      );
    case 'SQLITE_CANTOPEN':
    case 'EACCES':
    case 'EPERM':
    case 'ENOTDIR':
    case 'EEXIST':
    case 'EROFS':
    case 'SQLITE_CANTOPEN_ISDIR':
      return new DatabaseOpenError(
        `The database ${file} cannot be opened (${messageOf(error)}). Check that DATABASE_URL names a file and that this user may read and write it and its folder.`,
      );
    case 'SQLITE_READONLY':
      return new DatabaseOpenError(
        `The database ${file} is read-only for this user. Give it write permission on the file and its folder.`,
      );
    case 'SQLITE_BUSY':
      return new DatabaseOpenError(
        `The database ${file} is locked by another program. Wait until it lets go of the file, or end it, and start again.`,
      );
    case 'SQLITE_CORRUPT':
      return new DatabaseOpenError(
        `The database ${file} is damaged (${messageOf(error)}). Restore a backup, or recover what can be read with: sqlite3 ${file} .recover`,
      );
    default:
      return error;
  }
}

/** The code that the driver, Prisma or the operating system gave an error. */
export function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
