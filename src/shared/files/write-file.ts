import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  lstatSync,
  mkdtempSync,
  openSync,
  readlinkSync,
  realpathSync,
  renameSync,
  type Stats,
  statSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { FileError, systemCodeOf, writeErrorOf } from './file-error.ts';
import { removeAtExit } from './temporary-files.ts';

export interface FileToWrite {
  /** The path of the file, which is also used in error messages. */
  path: string;
  /** What to do with a file that exists. A replaced file keeps its permissions, and a symbolic link stays a link. */
  ifExists: 'refuse' | 'replace';
  /** The permissions of a new file, before the process subtracts its umask. Default: 0o666. */
  mode?: number;
  /** What to do if the file exists and is not replaced. */
  ifExistsSuggestion?: string;
}

/**
 * Writes a file as a whole: calls `fill` with the path of an empty temporary file on the same disk, and then gives this
 * file its name. After an error, a signal or a crash, the path has what it had before. Throws FileError, and the errors
 * of `fill` that are not about a file.
 */
export async function writeWholeFile<Result>(
  { path, ifExists, mode = 0o666, ifExistsSuggestion }: FileToWrite,
  fill: (temporaryFile: string) => Result | Promise<Result>,
): Promise<Result> {
  try {
    const target = ifExists === 'replace' ? endOfLinks(path) : resolve(path);
    const existing = existingFile(path, target);
    if (existing !== undefined && ifExists === 'refuse') throw existsError(path, ifExistsSuggestion);
    // Use a folder, because SQLite writes further files beside a database.
    const folder = mkdtempSync(join(dirname(target), '.shark-'));
    const cleanUp = removeAtExit(folder);
    try {
      const temporaryFile = join(folder, 'file');
      closeSync(openSync(temporaryFile, 'wx', mode));
      const result = await fill(temporaryFile);
      flush(temporaryFile);
      if (existing !== undefined) copyPermissions(existing, temporaryFile);
      if (ifExists === 'replace') renameSync(temporaryFile, target);
      else nameNewFile(temporaryFile, target);
      flushFolder(dirname(target));
      return result;
    } catch (error) {
      throw systemCodeOf(error) === 'EEXIST' && ifExists === 'refuse'
        ? existsError(path, ifExistsSuggestion)
        : error;
    } finally {
      cleanUp.remove();
    }
  } catch (error) {
    throw writeErrorOf(path, error) ?? error;
  }
}

/** Follows symbolic links to the file at their end, which may be missing. */
export function endOfLinks(path: string): string {
  let end = resolve(path);
  // Linux follows 40 links at most.
  for (let links = 0; lstatSync(end, { throwIfNoEntry: false })?.isSymbolicLink() === true; links += 1) {
    if (links === 40) throw systemError('ELOOP');
    end = resolve(realpathSync(dirname(end)), readlinkSync(end));
  }
  return end;
}

function existingFile(path: string, target: string): Stats | undefined {
  const existing = statSync(target, { throwIfNoEntry: false });
  if (existing?.isDirectory() === true || path.endsWith('/')) throw systemError('EISDIR');
  if (existing?.isFile() === false)
    throw new FileError(`The file ${path} cannot be written`, 'it is a device or a pipe', {
      suggestion: 'Give the path of a file',
    });
  // A symbolic link whose file is missing.
  return existing ?? lstatSync(target, { throwIfNoEntry: false });
}

function existsError(path: string, suggestion = 'Choose a file name that does not exist'): FileError {
  return new FileError(`The file ${path} cannot be written`, 'it exists already, and is not overwritten', {
    suggestion,
    cause: systemError('EEXIST'),
  });
}

/** Gives a file its name, unless another file has this name already. */
function nameNewFile(temporaryFile: string, target: string): void {
  try {
    linkSync(temporaryFile, target);
  } catch (error) {
    if (!withoutHardLinks.has(systemCodeOf(error))) throw error;
    if (existsSync(target)) throw systemError('EEXIST');
    renameSync(temporaryFile, target);
  }
}

/** The errors of disks that have no hard links. */
const withoutHardLinks: ReadonlySet<unknown> = new Set([
  'EPERM',
  'ENOTSUP',
  'EOPNOTSUPP',
  'ENOSYS',
  'EMLINK',
]);

function copyPermissions({ mode, uid, gid }: Stats, file: string): void {
  // Only root may give a file to another user.
  if (process.getuid?.() === 0) chownSync(file, uid, gid);
  chmodSync(file, mode & 0o7777);
}

function flush(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Writes the new name to the disk. Some systems cannot do that, and write it a little later. */
function flushFolder(folder: string): void {
  try {
    flush(folder);
  } catch {
    // The file has its name, so this is not an error.
  }
}

/** An error like those of the operating system. */
function systemError(code: string): Error {
  return Object.assign(new Error(code), { code });
}
