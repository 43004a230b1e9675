import { DriverAdapterError } from '@prisma/driver-adapter-utils';
import { codeOf, DatabaseError, type DatabaseErrorCode, DatabaseOpenError } from '../errors.ts';

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

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
