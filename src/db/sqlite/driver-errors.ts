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
  const code = String(codeOf(error instanceof DatabaseError ? error.cause : error));
  const [, message] = openFailures.find(([pattern]) => pattern.test(code)) ?? [];
  return message === undefined
    ? error
    : new DatabaseOpenError(message(file, messageOf(error)), { cause: error });
}

const openFailures: readonly (readonly [code: RegExp, message: (file: string, reason: string) => string])[] =
  [
    [
      /^SQLITE_NOTADB/,
      (file) =>
        `${file} is not an SQLite database. Set DATABASE_URL to a shark database, or to a file that does not exist yet.`,
    ],
    [
      /^SQLITE_READONLY/,
      (file) =>
        `The database ${file} is read-only for this user. Grant the user write permission on the file and its folder.`,
    ],
    [
      /^SQLITE_BUSY/,
      (file) =>
        `The database ${file} is locked by another program. Wait until that program has finished, or stop it, then start again.`,
    ],
    [
      /^SQLITE_CORRUPT/,
      (file, reason) =>
        `The database ${file} is damaged (${reason}). Restore a backup, or recover the readable rows with: sqlite3 ${file} .recover`,
    ],
    [
      /^SQLITE_FULL|^ENOSPC|^EDQUOT/,
      (file) => `The disk of the database ${file} is full. Free some space, then start again.`,
    ],
    [
      /^SQLITE_CANTOPEN|^SQLITE_IOERR|^E(ACCES|EXIST|ISDIR|LOOP|NAMETOOLONG|NOENT|NOTDIR|PERM|ROFS)$/,
      (file, reason) =>
        `The database ${file} cannot be opened (${reason}). Check that DATABASE_URL names a file, and that you may read and write this file and its folder.`,
    ],
  ];

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
