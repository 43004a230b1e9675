import { statSync } from 'node:fs';
import { format, parse, resolve } from 'node:path';
import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import { ExpectedError } from '../../shared/expected-error.ts';
import { FileError } from '../../shared/files/file-error.ts';
import { writeWholeFile } from '../../shared/files/write-file.ts';
import { BackupError } from '../errors.ts';
import { isMissing } from './database-path.ts';
import { type Connection, type ConnectionOptions, openConnection } from './driver.ts';
import { openError } from './driver-errors.ts';
import { openForReading } from './open-for-reading.ts';

export interface BackUpOptions {
  /** The path of the database. While the backup runs, the caller must prevent writes to the database. */
  file: string;
  /** The time in the name of the backup file. */
  at: Date;
}

/**
 * Copies a database to a new file in the same folder, such as `shark-tasks.backup-2026-01-11T10-30-00.db`. Verifies the
 * copy and returns its path. Throws BackupError.
 */
export async function backUp({ file, at }: BackUpOptions): Promise<string> {
  for (let number = 1; ; number += 1) {
    const copy = copyBeside(file, at, number);
    try {
      await writeCopy(file, copy);
      return copy;
    } catch (error) {
      if (error instanceof FileError && error.systemCode === 'EEXIST') continue;
      throw new BackupError(
        `The database ${file} could not be backed up before its migration. ${messageOf(error)}. Nothing was changed. ` +
          `Check that you may create files in the folder of the database and that the disk has ${megabytes(file)} MB of free space, then start again`,
        { cause: error },
      );
    }
  }
}

/**
 * Copies a database to a new file. Leaves out changes that other programs make during the copying. Verifies the copy and
 * returns its size in bytes. Throws BackupError, DatabaseOpenError, FileError.
 */
export async function backUpTo(file: string, copy: string): Promise<number> {
  const original = resolve(file);
  if (isMissing(original))
    throw new BackupError(
      `There is no database ${original}. Set DATABASE_URL to the database that you want to back up`,
    );
  const { size } = statSync(original);
  if (size === 0)
    throw new BackupError(
      `The file ${original} is empty, so it is not a database. Set DATABASE_URL to the database that you want to back up`,
    );
  try {
    return await writeCopy(original, resolve(copy));
  } catch (error) {
    const expected = error instanceof ExpectedError ? error : openError(original, error);
    if (expected instanceof ExpectedError) throw expected;
    throw new BackupError(
      `The database ${original} could not be copied to ${copy}: ${messageOf(error)}. The database is unchanged, and no copy is left. Check that DATABASE_URL names a database, and check the disk`,
      { cause: error },
    );
  }
}

function copyBeside(file: string, at: Date, number: number): string {
  const { dir, name, ext } = parse(file);
  const time = at.toISOString().slice(0, 19).replaceAll(':', '-');
  const suffix = number === 1 ? '' : `-${number}`;
  return format({ dir, name: `${name}.backup-${time}${suffix}`, ext });
}

/** Writes a verified copy of a database, with the permissions of the database. Returns its size in bytes. */
async function writeCopy(file: string, copy: string): Promise<number> {
  // The original may be read-only, but SQLite must write the copy.
  const mode = statSync(file).mode | 0o600;
  return writeWholeFile({ path: copy, ifExists: 'refuse', mode }, async (temporaryFile) => {
    await copyDatabase(file, temporaryFile);
    return statSync(temporaryFile).size;
  });
}

async function copyDatabase(file: string, copy: string): Promise<void> {
  const expected = await using(openForReading(file).connection, async (original) => {
    // The integrity check and the copy must see the same state, so run both in one transaction.
    original.exec('BEGIN');
    const findings = await integrityFindings(original);
    // `backup` also copies the write-ahead log and, unlike VACUUM INTO, keeps the rowids. It copies a few pages at a
    // time, so that the process can react to a signal.
    await original.backup(copy);
    return findings;
  });
  // Switch off the write-ahead log of the copy, so that the copy is a single file.
  await withConnection(copy, {}, (copied) => copied.pragma('journal_mode = DELETE'));

  const found = await withConnection(copy, { readonly: true }, integrityFindings);
  if (found !== expected)
    throw new BackupError(
      `The copy of the database ${file} is not correct: it has ${found}, and the original has ${expected}. The copy was deleted. Check the disk, then try again`,
    );
}

/**
 * Returns a text with the number of pages and SQLite's integrity findings. For a correct copy, the text is the same as
 * for the original, even if the original is damaged.
 */
async function integrityFindings(connection: Connection): Promise<string> {
  const count = (name: string) => String(connection.pragma(name, { simple: true }));
  const tables = connection
    .prepare<[], string>(`SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0`)
    .pluck()
    .all();
  const problems: string[] = [];
  // The check of a table is one statement. Between two statements, the process can react to a signal.
  for (const table of ['sqlite_schema', ...tables]) {
    const found = connection
      .prepare<[string], string>('SELECT * FROM pragma_quick_check(?)')
      .pluck()
      .all(table);
    if (found.join() !== 'ok') problems.push(...found);
    await yieldToEventLoop();
  }
  const result = problems.length === 0 ? 'ok' : problems.join('; ');
  return `${count('page_count')} pages, ${count('freelist_count')} of them free, and the check result '${result}'`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function withConnection<Result>(
  file: string,
  options: ConnectionOptions,
  use: (connection: Connection) => Result | Promise<Result>,
): Promise<Result> {
  return using(openConnection(file, options), use);
}

async function using<Result>(
  connection: Connection,
  use: (connection: Connection) => Result | Promise<Result>,
): Promise<Result> {
  try {
    return await use(connection);
  } finally {
    connection.close();
  }
}

function megabytes(file: string): number {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  return Math.ceil(size / 1_000_000);
}
