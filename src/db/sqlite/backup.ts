import { closeSync, existsSync, openSync, rmSync, statSync } from 'node:fs';
import { format, parse, resolve } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { BackupError, codeOf } from '../errors.ts';

export interface BackUpOptions {
  /** Path of the database. The caller keeps it open, and others from writing to it. */
  file: string;
  /** The time in the copy's name. */
  at: Date;
}

/**
 * Copies a database into a file of its own beside it, `shark-tasks.backup-2026-01-11T10-30-00.db`, checks the
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
      `The database ${file} could not be backed up beside itself: ${error instanceof Error ? error.message : String(error)}. ` +
        'Nothing was changed. See that this user may create files in its folder and that there is room for ' +
        `another ${megabytes(file)} MB, then start again.`,
      { cause: error },
    );
  }
}

/**
 * Copies a database into a file that does not exist yet and checks the copy. Servers may be at work: the copy is the
 * database as it was when this began. Returns the size of the copy in bytes.
 * Throws BackupError.
 */
export async function backUpTo(file: string, copy: string): Promise<number> {
  const original = resolve(file);
  const target = resolve(copy);
  if (!existsSync(original))
    throw new BackupError(
      `There is no database ${original}. Check DATABASE_URL: it must name the database to be kept`,
    );
  let isOurs = false;
  try {
    createEmptyFile(target, statSync(original).mode);
    isOurs = true;
    await copyDatabase(original, target);
    return statSync(target).size;
  } catch (error) {
    if (isOurs) rmSync(target, { force: true });
    if (codeOf(error) === 'EEXIST')
      throw new BackupError(
        `${target} is there already and is not written over. Name a file that does not exist`,
      );
    throw new BackupError(
      `The database ${original} could not be kept in ${target}: ${error instanceof Error ? error.message : String(error)}. ` +
        `The database is as it was, and no copy is left. See that this user may create that file and that there is room for ${megabytes(original)} MB.`,
      { cause: error },
    );
  }
}

/** Creating the file is what claims the name: nothing that exists is ever written over. */
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
    // What is copied and checked is one and the same, whatever others write meanwhile. Left to itself, the copying
    // would begin anew whenever they do.
    original.exec('BEGIN');
    const found = soundness(original);
    // Page by page, with what is still in the write-ahead log: VACUUM INTO would give rows new rowids.
    await original.backup(copy);
    return found;
  });
  // One file that can be moved around, with no log beside it.
  await withConnection(copy, {}, (copied) => copied.pragma('journal_mode = DELETE'));

  const found = await withConnection(copy, { readonly: true }, soundness);
  if (found !== expected) throw new Error(`the copy has ${found}, the original ${expected}`);
}

/** Compared, not judged: a database with faults of its own has a backup like any other. */
function soundness(connection: BetterSqlite3.Database): string {
  const pages = connection.pragma('page_count', { simple: true });
  const findings = connection.prepare<[], string>('PRAGMA quick_check').pluck().all();
  return `${String(pages)} pages and passes the check with '${findings.join('; ')}'`;
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
