/*
 * Opens a database for a program that only reads it. There are two kinds of readers:
 *
 * - The owner of the file, or root. SQLite gives every file that it creates to the owner of the database, so the owner
 *   opens the database as usual.
 * - Other users. If they created a write-ahead log, the owner could not write it. While a program uses the database, they
 *   read its files. Otherwise, they read a copy in memory.
 */
import { chmodSync, constants, copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { codeOf, DatabaseBusyError, DatabaseOpenError } from '../errors.ts';
import { resolveDatabasePath } from './database-path.ts';
import { type Connection, openConnection } from './driver.ts';
import { openError } from './driver-errors.ts';
import { statusOf } from './file-identity.ts';
import { findWriteObstacle, isOwner } from './write-access.ts';

export interface ReadConnection {
  readonly connection: Connection;
  /** Whether the connection sees the newest commits. If not, open the database again. */
  isCurrent(): boolean;
}

/** Whether this process can open a database as usual and leaves no files that stop the owner of the database. */
export function mayOpenAsOwner(file: string): boolean {
  return isOwner(file) && findWriteObstacle(file) === undefined;
}

/**
 * Opens an existing database for reading. Leaves no files behind. Throws DatabaseOpenError, DatabaseBusyError, or an
 * error of the driver.
 */
export function openForReading(given: string, { timeout }: { timeout?: number } = {}): ReadConnection {
  const file = resolveDatabasePath(given);
  if (mayOpenAsOwner(file)) return { connection: openAsOwner(file, timeout), isCurrent: () => true };
  try {
    return openAsOtherUser(file, timeout);
  } catch (error) {
    throw openError(file, error);
  }
}

function openAsOwner(file: string, timeout: number | undefined): Connection {
  // A read-only connection cannot remove the log that it creates, and a writable one would empty the log of another
  // program.
  const readonly = existsSync(`${file}-wal`);
  return openConnection(file, { readonly, fileMustExist: true, timeout });
}

function openAsOtherUser(file: string, timeout: number | undefined): ReadConnection {
  for (let attempt = 1; attempt <= 10; attempt += 1) {
    const isBeingUsed = existsSync(`${file}-wal`) && existsSync(`${file}-shm`);
    const versionOf = isBeingUsed ? identityOf : contentVersionOf;
    const version = versionOf(file);
    const connection = isBeingUsed
      ? openConnection(file, { readonly: true, fileMustExist: true, timeout })
      : openInMemory(file);
    // If the version is another one now, a program started, stopped or changed the database while it was opened.
    if (version === versionOf(file)) return { connection, isCurrent: () => version === versionOf(file) };
    connection.close();
  }
  throw new DatabaseBusyError(
    `The database ${file} was changed again and again while it was read. Run the command again`,
  );
}

/** The files of a database that a program is using. */
function identityOf(file: string): string {
  return JSON.stringify(
    [file, `${file}-wal`].map((path) => {
      const status = statusOf(path);
      return [status?.dev, status?.ino];
    }),
  );
}

/** A text that changes when a file of the database changes. */
function contentVersionOf(file: string): string {
  return JSON.stringify(
    ['', '-wal', '-shm', '-journal'].map((suffix) => {
      const status = statusOf(`${file}${suffix}`);
      return [status?.dev, status?.ino, status?.size, status?.mtimeMs];
    }),
  );
}

function openInMemory(file: string): Connection {
  const isUnfinished =
    (statusOf(`${file}-wal`)?.size ?? 0) > 0 || (statusOf(`${file}-journal`)?.size ?? 0) > 0;
  const content = isUnfinished ? recoveredContent(file) : contentOf(file);
  // SQLite reads an empty file like an empty database, but not an empty buffer.
  if (content.length === 0) return openConnection(':memory:', { readonly: false });
  // These bytes say whether the database has a write-ahead log. A database in memory cannot have one.
  if (content.length > writeVersionAt) content.fill(1, writeVersionAt, writeVersionAt + 2);
  return openConnection(content, { readonly: true });
}

const writeVersionAt = 18;

/** Reads a database with a write-ahead log or a journal that no program is using, from a private copy. */
function recoveredContent(file: string): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'shark-read-'));
  try {
    const copy = join(folder, 'copy.db');
    for (const suffix of ['', '-wal', '-journal'])
      if (existsSync(`${file}${suffix}`)) {
        copyFileSync(`${file}${suffix}`, `${copy}${suffix}`, constants.COPYFILE_FICLONE);
        chmodSync(`${copy}${suffix}`, 0o600);
      }
    const connection = openConnection(copy);
    try {
      connection.pragma('journal_mode = DELETE');
    } finally {
      connection.close();
    }
    return contentOf(copy);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function contentOf(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    if (codeOf(error) !== 'ERR_FS_FILE_TOO_LARGE') throw error;
    throw new DatabaseOpenError(
      `The database ${file} is too large to be read without the permission to write it. Run the command as the owner of the file`,
    );
  }
}
