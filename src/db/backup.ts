import { closeSync, openSync, rmSync, statSync } from 'node:fs';
import { format, parse } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';

/** No backup could be made; the message says why and what to do. The original is untouched, no copy is left. */
export class BackupError extends Error {
  override readonly name = 'BackupError';
}

export interface BackUpOptions {
  /** Path of the database. The caller keeps others from writing to it meanwhile. */
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
    await copyPages(file, copy);
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

/** Page by page, what is still in the write-ahead log included: VACUUM INTO would give rows new rowids. */
async function copyPages(file: string, copy: string): Promise<void> {
  const original = new BetterSqlite3(file, { readonly: true });
  try {
    await original.backup(copy);
    const copied = new BetterSqlite3(copy);
    try {
      // One file that can be moved around, with no log beside it.
      copied.pragma('journal_mode = DELETE');
      const [expected, found] = [soundness(original), soundness(copied)];
      if (found !== expected)
        throw new Error(`the copy differs from the original (${found}, not ${expected})`);
    } finally {
      copied.close();
    }
  } finally {
    original.close();
  }
}

/** Compared, not judged: an original that breaks its own constraints has a backup like any other. */
function soundness(connection: BetterSqlite3.Database): string {
  const pages = connection.pragma('page_count', { simple: true });
  const findings = connection.prepare<[], string>('PRAGMA quick_check').pluck().all();
  return `${String(pages)} pages, quick_check: ${findings.join('; ')}`;
}

function megabytes(file: string): number {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  return Math.ceil(size / 1_000_000);
}
