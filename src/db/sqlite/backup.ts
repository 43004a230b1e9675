import { closeSync, existsSync, openSync, rmSync, statSync } from 'node:fs';
import { format, parse, resolve } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { BackupError, codeOf } from '../errors.ts';

export interface BackUpOptions {
  /** Path of the database. The caller must hold it open with a lock against writes. */
  file: string;
  /** The time that becomes part of the copy's file name. */
  at: Date;
}

/**
 * Copies a database to a new file beside it, for example `shark-tasks.backup-2026-01-11T10-30-00.db`, verifies the
 * copy and returns its path. Other programs may have the database open.
 * Throws BackupError.
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
        'Nothing was changed. Check that you may create files in its folder and that the disk has ' +
        `${megabytes(file)} MB of free space, then start again.`,
      { cause: error },
    );
  }
}

/**
 * Copies a database to a file that does not exist yet and verifies the copy. Servers may write meanwhile: the copy is
 * the database as of the start of the copying. Returns the size of the copy in bytes.
 * Throws BackupError.
 */
export async function backUpTo(file: string, copy: string): Promise<number> {
  const original = resolve(file);
  const target = resolve(copy);
  if (!existsSync(original))
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
        `${target} already exists and is not overwritten. Name a file that does not exist`,
      );
    throw new BackupError(
      `The database ${original} could not be copied to ${target}: ${error instanceof Error ? error.message : String(error)}. ` +
        `The database is unchanged, and no copy is left. Check that you may create that file and that the disk has ${megabytes(original)} MB of free space.`,
      { cause: error },
    );
  }
}

/** Creates the file to reserve its name. An existing file is never overwritten. */
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
  closeSync(openSync(file, 'wx', mode));
}

async function copyDatabase(file: string, copy: string): Promise<void> {
  const expected = await withConnection(file, { readonly: true }, async (original) => {
    // Within a transaction, the check and the copy see the same state of the database. Without a transaction, SQLite
    // would restart the copy after each write of another program.
    original.exec('BEGIN');
    const findings = integrityFindings(original);
    // `backup` copies page by page and includes the write-ahead log. VACUUM INTO would assign new rowids.
    await original.backup(copy);
    return findings;
  });
  // Without a write-ahead log, the copy is a single file that can be moved.
  await withConnection(copy, {}, (copied) => copied.pragma('journal_mode = DELETE'));

  const found = await withConnection(copy, { readonly: true }, integrityFindings);
  if (found !== expected) throw new Error(`the copy has ${found}, the original ${expected}`);
}

/**
 * The number of pages and the result of SQLite's check. They must be the same for the original and the copy, so a
 * damaged database can be backed up as well.
 */
function integrityFindings(connection: BetterSqlite3.Database): string {
  const pages = connection.pragma('page_count', { simple: true });
  const problems = connection.prepare<[], string>('PRAGMA quick_check').pluck().all();
  return `${String(pages)} pages and the check result '${problems.join('; ')}'`;
}

async function withConnection<Result>(
  file: string,
  options: BetterSqlite3.Options,
  use: (connection: BetterSqlite3.Database) => Result | Promise<Result>,
): Promise<Result> {
  const connection = new BetterSqlite3(file, options);
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
