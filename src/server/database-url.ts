import { expandHome } from '../shared/files/file-path.ts';

const example = 'file:./data/shark.db';

/**
 * Returns the path of the database in DATABASE_URL, such as `file:./data/shark.db` or `file:///srv/shark.db`. Throws an
 * error with a remedy for everything that could name another file than the user means.
 */
export function databaseFileOf(url: string): string {
  const [, encoded = ''] = /^file:(.*)$/is.exec(url) ?? [];
  const wrong = problemOf(encoded);
  if (wrong !== undefined) throw new Error(wrong);
  const path = decoded(withoutHost(encoded));
  if (/\p{Cc}/u.test(path)) throw new Error('remove the encoded control characters');
  if (path.trim() === '' || /(^|\/)\.{0,2}$/.test(path) || path === '~')
    throw new Error(`write the path of a file: this one ends with a folder`);
  return encoded.startsWith('~') ? expandHome(path) : path;
}

function problemOf(encoded: string): string | undefined {
  if (encoded === '') return `write file: and the path of an SQLite database, for example ${example}`;
  if (encoded.includes('?'))
    return "parameters are not supported: remove the part from ? on, or write %3F for a file name that contains '?'";
  if (encoded.includes('#')) return "write %23 for a file name that contains '#'";
  if (/^:memory:/i.test(encoded))
    return `a database in memory is not supported: write a path, like ${example}`;
  if (encoded.startsWith('$'))
    return "variables are not replaced: write the whole path, or %24 for a file name that starts with '$'";
  return undefined;
}

/** Removes an empty host or `localhost` from the start of a URL. */
function withoutHost(encoded: string): string {
  const [, host, path = ''] = /^\/\/([^/]*)(.*)$/s.exec(encoded) ?? [];
  if (host === undefined) return encoded;
  if (host !== '' && host.toLowerCase() !== 'localhost')
    throw new Error(
      `after file:// comes a host, and a database on another host cannot be opened: write ${example}, or file:///srv/shark.db for an absolute path`,
    );
  if (path.startsWith('/~')) throw new Error('write file:~/ for a path in your home folder');
  return path;
}

function decoded(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    throw new Error("write %25 for a file name that contains '%'");
  }
}
