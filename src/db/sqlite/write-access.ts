import { accessSync, constants, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { codeOf, DatabaseReadOnlyError } from '../errors.ts';
import { statusOf } from './file-identity.ts';

/** Throws DatabaseReadOnlyError if this process may not write a database. The file may be missing. */
export function requireWriteAccess(file: string): void {
  const obstacle = findWriteObstacle(file);
  if (obstacle !== undefined) throw new DatabaseReadOnlyError(obstacle);
}

/**
 * Returns a sentence with the first file or folder of a database that this process may not write, its owner, and what to
 * do. Returns undefined if all may be written.
 */
export function findWriteObstacle(file: string): string | undefined {
  // SQLite creates and deletes the write-ahead log, so it needs to write the folder as well.
  for (const path of [file, `${file}-wal`, `${file}-shm`, dirname(file)]) {
    const code = writeErrorOf(path);
    if (code !== undefined) return `The database ${file} cannot be written: ${reasonOf(code, path, file)}`;
  }
  return undefined;
}

/** Whether this process runs as the owner of a file or as root, for which SQLite keeps the owner of its files. */
export function isOwner(file: string): boolean {
  const user = process.geteuid?.();
  return user === undefined || user === 0 || user === statusOf(file)?.uid;
}

/** Returns the name of the user who owns a file, or the number of the user. */
export function ownerOf(file: string): string {
  return userName(statusOf(file)?.uid);
}

function writeErrorOf(path: string): string | undefined {
  try {
    accessSync(path, constants.W_OK);
    return undefined;
  } catch (error) {
    const code = String(codeOf(error));
    // A missing file is created. If the path itself is wrong, opening it says so.
    return code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP' ? undefined : code;
  }
}

function reasonOf(code: string, path: string, file: string): string {
  if (code === 'EROFS')
    return `${path} is on a read-only file system. Mount the file system for writing, or move the database`;
  const status = statusOf(path);
  const user = process.geteuid?.();
  if (status === undefined)
    return `user ${userName(user)} may not enter the folder of ${path}. Let the owner of the folder grant the permission`;
  if (status.uid === user) return `your user may not write ${path}. Allow it with: chmod u+w ${path}`;
  const owner = ownerOf(path);
  const refused = `${path} belongs to user ${owner}, and user ${userName(user)} may not write it`;
  // The log may contain the newest commits, so it must not be deleted.
  return path.endsWith('-wal') || path.endsWith('-shm')
    ? `${refused}. Stop the programs of user ${owner} that use the database. If the file is still there, keep it and give it to the owner of the database with: chown ${ownerOf(file)} ${path}`
    : `${refused}. Run the command as user ${owner}, or let user ${owner} grant the permission`;
}

function userName(id: number | undefined): string {
  if (id === undefined) return 'unknown';
  const [, name] = new RegExp(`^([^:\\n]+):[^:\\n]*:${id}:`, 'm').exec(usersOfThisMachine()) ?? [];
  return name ?? String(id);
}

function usersOfThisMachine(): string {
  try {
    return readFileSync('/etc/passwd', 'utf8');
  } catch {
    return '';
  }
}
