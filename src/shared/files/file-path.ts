import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { ExpectedError } from '../expected-error.ts';

/**
 * Reads a path that a user wrote, in a setting or as an argument: `~/` at the start is the home folder. Throws
 * ExpectedError for what looks like a path and would name another file than the user means.
 */
export function readPath(text: string): string {
  if (/^file:/i.test(text)) throw pathError(`'${text}' is a URL: write a path, without file:`);
  return expandHome(text);
}

/** Replaces `~/` at the start of a path by the home folder, as a shell does. Throws ExpectedError for `~name`. */
export function expandHome(path: string): string {
  if (!path.startsWith('~')) return path;
  if (path !== '~' && !path.startsWith('~/'))
    throw pathError(
      `'${path}' starts with the name of another home folder: write the whole path, or ./${path} for a name that starts with ~`,
    );
  const home = homedir();
  if (!isAbsolute(home))
    throw pathError(`'${path}' is in your home folder, which is unknown: set HOME, or write the whole path`);
  return join(home, path.slice(1));
}

function pathError(message: string): ExpectedError {
  return new ExpectedError({ code: 'FILE', message, parameters: {} });
}
