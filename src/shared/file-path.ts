import { homedir } from 'node:os';
import { join } from 'node:path';

/** Replaces `~/` at the start of a path by the home folder, as a shell does. Other paths stay unchanged. */
export function expandHome(path: string): string {
  return path === '~' || path.startsWith('~/') ? join(homedir(), path.slice(1)) : path;
}
