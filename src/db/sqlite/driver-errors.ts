import type { DatabaseErrorCode } from '../../shared/expected-error.ts';
import { codeOf, DatabaseError, DatabaseOpenError } from '../errors.ts';

/**
 * Maps error codes of the database driver to error codes of this program. `driverCode` is a prefix. The first matching
 * entry is used.
 */
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

/** Converts an error of an open database to a DatabaseError. Returns undefined for any other error. */
export function databaseError(error: unknown): DatabaseError | undefined {
  const driverCode = String(codeOf(error));
  if (driverCode === 'SQLITE_ERROR' && /^no such (table|column|index)/.test(messageOf(error)))
    return new DatabaseError('DATABASE_CHANGED', { cause: error });
  const [, code] = codesByDriverCode.find(([prefix]) => driverCode.startsWith(prefix)) ?? [];
  return code === undefined ? undefined : new DatabaseError(code, { cause: error });
}

/** Converts an error of a database file to a DatabaseOpenError. Returns any other error unchanged. */
export function openError(file: string, error: unknown): unknown {
  switch (codeOf(error instanceof DatabaseError ? error.cause : error)) {
    case 'SQLITE_NOTADB':
      return new DatabaseOpenError(
        `${file} is not an SQLite database. Set DATABASE_URL to a shark database, or to a file that does not exist yet.`,
      );
    case 'SQLITE_CANTOPEN':
    case 'EACCES':
    case 'EPERM':
    case 'ENOTDIR':
    case 'EEXIST':
    case 'EROFS':
    case 'SQLITE_CANTOPEN_ISDIR':
      return new DatabaseOpenError(
        `The database ${file} cannot be opened (${messageOf(error)}). Check that DATABASE_URL names a file, and that you may read and write this file and its folder.`,
      );
    case 'SQLITE_READONLY':
      return new DatabaseOpenError(
        `The database ${file} is read-only for this user. Grant the user write permission on the file and its folder.`,
      );
    case 'SQLITE_BUSY':
      return new DatabaseOpenError(
        `The database ${file} is locked by another program. Wait until that program has finished, or stop it, then start again.`,
      );
    case 'SQLITE_CORRUPT':
      return new DatabaseOpenError(
        `The database ${file} is damaged (${messageOf(error)}). Restore a backup, or recover the readable rows with: sqlite3 ${file} .recover`,
      );
    default:
      return error;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
