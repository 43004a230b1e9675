import { closeSync, openSync, rmSync, statSync } from 'node:fs';
import { format, parse } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';

/** No backup could be made; the message says why and what to do. The original is untouched, no copy is left. */
export class BackupError extends Error {
  override readonly name = 'BackupError';
}

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

/** Creating the file is what claims the name: nothing that exists is ever written over. */
function createEmptyFileBeside(file: string, at: Date): string {
  const { mode } = statSync(file);
  const { dir, name, ext } = parse(file);
  const time = at.toISOString().slice(0, 19).replaceAll(':', '-');
  for (let number = 1; ; number += 1) {
    const suffix = number === 1 ? '' : `-${number}`;
    const copy = format({ dir, name: `${name}.backup-${time}${suffix}`, ext });
    try {
      closeSync(openSync(copy, 'wx', mode));
      return copy;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
  }
}

async function copyDatabase(file: string, copy: string): Promise<void> {
  // Page by page, with what is still in the write-ahead log: VACUUM INTO would give rows new rowids.
  await withConnection(file, { readonly: true }, (original) => original.backup(copy));
  // One file that can be moved around, with no log beside it.
  await withConnection(copy, {}, (copied) => copied.pragma('journal_mode = DELETE'));

  const expected = await withConnection(file, { readonly: true }, soundness);
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
