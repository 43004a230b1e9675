/** The database could not be opened or prepared; the message says which file, why, and what to do. */
export class DatabaseOpenError extends Error {
  override readonly name = 'DatabaseOpenError';
}

/** Another program kept the file locked for too long. Nothing was changed; the same request may be sent again. */
export class DatabaseBusyError extends Error {
  override readonly name = 'DatabaseBusyError';
}

/** What an operator can do about an error that came up while a file was opened or prepared; any other error as it is. */
export function openError(file: string, error: unknown): unknown {
  switch (codeOf(error)) {
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
