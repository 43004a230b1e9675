import { closeSync, openSync, rmSync, statSync } from 'node:fs';
import { format, parse, resolve } from 'node:path';
import { isMissing } from './database-path.ts';
import { type Connection, type ConnectionOptions, openConnection } from './driver.ts';
import { BackupError, codeOf } from '../errors.ts';
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
  let copy: string | undefined;
  try {
    copy = createEmptyFileBeside(file, at);
    await copyDatabase(file, copy);
    return copy;
  } catch (error) {
    if (copy !== undefined) rmSync(copy, { force: true });
    throw new BackupError(
      `The database ${file} could not be backed up: ${error instanceof Error ? error.message : String(error)}. ` +
        'Nothing was changed. Check that you may create files in the folder of the database and that the disk has ' +
        `${megabytes(file)} MB of free space, then start again.`,
      { cause: error },
    );
  }
}

/**
 * Copies a database to a new file. Leaves out changes that other programs make during the copying. Verifies the copy and
 * returns its size in bytes. Throws BackupError.
 */
export async function backUpTo(file: string, copy: string): Promise<number> {
  const original = resolve(file);
  const target = resolve(copy);
  if (isMissing(original))
    throw new BackupError(
      `There is no database ${original}. Set DATABASE_URL to the database that you want to back up`,
    );
  let isCreated = false;
  try {
    createEmptyFile(target, statSync(original).mode);
    isCreated = true;
    await copyDatabase(original, target);
    return statSync(target).size;
  } catch (error) {
    if (isCreated) rmSync(target, { force: true });
    if (codeOf(error) === 'EEXIST')
      throw new BackupError(
        `${target} already exists and is not overwritten. Choose a file name that does not exist`,
      );
    throw new BackupError(
      `The database ${original} could not be copied to ${target}: ${error instanceof Error ? error.message : String(error)}. ` +
        `The database is unchanged, and no partial copy is left. Check that you may create the copy and that the disk has ${megabytes(original)} MB of free space.`,
      { cause: error },
    );
  }
}

/** Creates an empty file for the backup, in the folder of the database. Never overwrites a file. */
function createEmptyFileBeside(file: string, at: Date): string {
  const { mode } = statSync(file);
  const { dir, name, ext } = parse(file);
  const time = at.toISOString().slice(0, 19).replaceAll(':', '-');
  for (let number = 1; ; number += 1) {
    const suffix = number === 1 ? '' : `-${number}`;
    const copy = format({ dir, name: `${name}.backup-${time}${suffix}`, ext });
    try {
      createEmptyFile(copy, mode);
      return copy;
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
  }
}

function createEmptyFile(file: string, mode: number): void {
  // The original may be read-only, but SQLite must write the copy.
  closeSync(openSync(file, 'wx', mode | 0o600));
}

async function copyDatabase(file: string, copy: string): Promise<void> {
  const expected = await using(openForReading(file).connection, async (original) => {
    // The integrity check and the copy must see the same state, so run both in one transaction.
    original.exec('BEGIN');
    const findings = integrityFindings(original);
    // `backup` also copies the write-ahead log and, unlike VACUUM INTO, keeps the rowids.
    await original.backup(copy);
    return findings;
  });
  // Switch off the write-ahead log of the copy, so that the copy is a single file.
  await withConnection(copy, {}, (copied) => copied.pragma('journal_mode = DELETE'));

  const found = await withConnection(copy, { readonly: true }, integrityFindings);
  if (found !== expected) throw new Error(`the copy has ${found}, the original ${expected}`);
}

/**
 * Returns a text with the number of pages and SQLite's integrity findings. For a correct copy, the text is the same as
 * for the original, even if the original is damaged.
 */
function integrityFindings(connection: Connection): string {
  const pages = connection.pragma('page_count', { simple: true });
  const problems = connection.prepare<[], string>('PRAGMA quick_check').pluck().all();
  return `${String(pages)} pages and the check result '${problems.join('; ')}'`;
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
