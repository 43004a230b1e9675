import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { ExpectedError } from '../expected-error.ts';

/** A file could not be read or written. The message says why, and the suggestion says what to do. */
export class FileError extends ExpectedError {
  override readonly name = 'FileError';
  /** The part of the message that says why. */
  readonly reason: string;
  /** The code of the operating system, for example `ENOSPC`. */
  readonly systemCode: string | undefined;

  constructor(what: string, reason: string, { suggestion, cause }: FileErrorOptions = {}) {
    super({
      code: 'FILE',
      message: `${what}: ${reason}`,
      suggestion: suggestion ?? null,
      parameters: {},
      cause,
    });
    this.reason = reason;
    this.systemCode = systemCodeOf(cause);
  }
}

interface FileErrorOptions {
  suggestion?: string | undefined;
  cause?: unknown;
}

interface Explanation {
  reason: string;
  suggestion?: (path: string) => string;
}

const otherName = () => 'Choose another name';
const permissions = (path: string) => `Check the permissions of ${path} and of its folder`;
const freeSpace = () => 'Free some space on the disk, or choose another disk, then try again';

const diskFailed = { reason: 'the disk is full, or it reports an error', suggestion: freeSpace };

/** The causes of failed accesses to files in plain words, by the code of the operating system or of SQLite. */
const explanations: Readonly<Record<string, Explanation>> = {
  EACCES: { reason: 'you do not have the permission', suggestion: permissions },
  EPERM: { reason: 'you do not have the permission', suggestion: permissions },
  EBUSY: { reason: 'another program is using it' },
  EDQUOT: { reason: 'your disk quota is used up', suggestion: freeSpace },
  EFBIG: {
    reason: 'it would be larger than this process may write',
    suggestion: () => 'Raise the limit on the file size (ulimit -f), or choose another disk',
  },
  EIO: { reason: 'the disk reports an error', suggestion: () => 'Check the disk' },
  EISDIR: { reason: 'it is a folder', suggestion: () => 'Give the path of a file' },
  ELOOP: { reason: 'its symbolic links lead nowhere', suggestion: permissions },
  EMFILE: { reason: 'too many files are open' },
  ENFILE: { reason: 'too many files are open' },
  ENAMETOOLONG: { reason: 'its name is too long', suggestion: otherName },
  ENOENT: {
    reason: 'its folder does not exist',
    suggestion: (path) => `Create the folder ${dirname(path)}, or correct the path`,
  },
  ENOSPC: { reason: 'the disk is full', suggestion: freeSpace },
  ENOTDIR: { reason: 'a part of its path is not a folder', suggestion: () => 'Correct the path' },
  EPIPE: { reason: 'the program that reads it has ended' },
  EROFS: { reason: 'the disk is read-only', suggestion: () => 'Choose another disk' },
  SQLITE_FULL: { reason: 'the disk is full', suggestion: freeSpace },
  SQLITE_IOERR: diskFailed,
  SQLITE_IOERR_FSYNC: diskFailed,
  SQLITE_IOERR_SHMSIZE: diskFailed,
  SQLITE_IOERR_TRUNCATE: diskFailed,
  SQLITE_IOERR_WRITE: diskFailed,
};

/** Says in words why the operating system refused an access to a file. Unknown errors keep their own message. */
export function fileErrorReason(error: unknown): string {
  return explanationOf(error)?.reason ?? (error instanceof Error ? error.message : String(error));
}

/**
 * Returns the error for a file that cannot be written. Returns undefined if the error is not about a file, or if it is
 * already explained.
 */
export function writeErrorOf(path: string, error: unknown): FileError | undefined {
  const what = `The file ${path} cannot be written`;
  // Special folders such as /proc claim that they do not exist.
  return systemCodeOf(error) === 'ENOENT' && existsSync(dirname(path))
    ? new FileError(what, 'its folder takes no files', { suggestion: 'Choose another folder', cause: error })
    : fileErrorOf(what, path, error);
}

/** Returns the error for a file that cannot be read, like `writeErrorOf`. The message starts with the subject. */
export function readErrorOf(
  path: string,
  error: unknown,
  subject = `The file ${path}`,
): FileError | undefined {
  const what = `${subject} cannot be read`;
  return systemCodeOf(error) === 'ENOENT'
    ? new FileError(what, 'it does not exist', { suggestion: 'Correct the path', cause: error })
    : fileErrorOf(what, path, error);
}

/** Returns the error for an access that the operating system refused, to a file or to the current folder. */
export function accessErrorOf(error: unknown): FileError | undefined {
  if (!(error instanceof Error && 'syscall' in error)) return undefined;
  if (error.syscall === 'uv_cwd')
    return new FileError('The current folder cannot be used', 'it was deleted', {
      suggestion: 'Change to another folder',
      cause: error,
    });
  if (!('path' in error && typeof error.path === 'string')) return undefined;
  const reason = systemCodeOf(error) === 'ENOENT' ? 'it does not exist' : fileErrorReason(error);
  return new FileError(`The file ${error.path} cannot be used`, reason, { cause: error });
}

function fileErrorOf(what: string, path: string, error: unknown): FileError | undefined {
  if (error instanceof FileError) return error;
  const explanation = explanationOf(error);
  if (explanation === undefined && !(error instanceof Error && 'syscall' in error)) return undefined;
  return new FileError(what, fileErrorReason(error), {
    suggestion: explanation?.suggestion?.(path),
    cause: error,
  });
}

function explanationOf(error: unknown): Explanation | undefined {
  const code = systemCodeOf(error);
  return code === undefined ? undefined : explanations[code];
}

/** Returns the code of an error of the operating system or of SQLite, for example `ENOSPC`. */
export function systemCodeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
