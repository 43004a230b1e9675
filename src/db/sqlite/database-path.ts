import { accessSync, readlinkSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { codeOf, DatabaseOpenError } from '../errors.ts';
import { statusOf } from './file-identity.ts';

/**
 * Returns the path of a database without symbolic links. SQLite keeps the write-ahead log beside this path. Works also
 * for a link to a file that does not exist yet. Throws DatabaseOpenError if the file has a second name.
 */
export function resolveDatabasePath(given: string): string {
  const path = withoutLinks(resolve(given));
  const status = statusOf(path);
  if (status?.isFile() === true && status.nlink > 1)
    throw new DatabaseOpenError(
      `The database ${path} has ${status.nlink} names (hard links). SQLite keeps a separate write-ahead log for each name, ` +
        'so two programs that use different names damage the database. Stop all programs that use the database, and keep ' +
        `only one name. To list the names: find / -xdev -inum ${status.ino}`,
    );
  return path;
}

/** Whether a file does not exist. A file in a folder that this user may not enter can exist. */
export function isMissing(path: string): boolean {
  try {
    accessSync(path);
    return false;
  } catch (error) {
    return ['ENOENT', 'ENOTDIR'].includes(String(codeOf(error)));
  }
}

/** Whether a path names a symbolic link, also one that leads nowhere. */
export function isLink(path: string): boolean {
  return linkTarget(path) !== undefined;
}

function withoutLinks(path: string): string {
  try {
    return realpathSync.native(path);
  } catch (error) {
    // Opening the path fails with the same error.
    if (codeOf(error) !== 'ENOENT') return path;
  }
  const folder = dirname(path);
  if (folder === path) return path;
  const realFolder = withoutLinks(folder);
  const target = linkTarget(path);
  return target === undefined ? join(realFolder, basename(path)) : withoutLinks(resolve(realFolder, target));
}

/** Returns the target of a symbolic link. Returns undefined if there is no link. */
function linkTarget(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}
