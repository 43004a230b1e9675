import { readFile, stat } from 'node:fs/promises';
import type { Clock, Timer } from '../../shared/clock.ts';
import { AuthenticationSettingsError } from './errors.ts';
import { parseTokenFile } from './token-file.ts';
import { sha256Of } from './tokens.ts';
import { agentIdsOf, type Principal } from '../../domain/principal.ts';

/** How often the file is looked at, in milliseconds. */
const lookEveryMs = 1_000;

export interface TokenFileWatcher {
  /** Whose token this is, whether or not it has expired; undefined when it is nobody's. */
  ownerOf(token: string): Principal | undefined;
  /** Whether the token of this viewer is still there, and says the same. */
  has(principal: Principal): boolean;
  close(): void;
}

export interface TokenFileWatcherOptions {
  path: string;
  clock: Clock;
  /** The file was changed and read again. */
  onChange: (count: number) => void;
  /** The file was changed and cannot be used. What was read before stays valid: a slip of the pen locks nobody out. */
  onError: (error: unknown) => void;
}

/** Reads a file of tokens, and again whenever it changes. Throws AuthenticationSettingsError. */
export async function watchTokenFile({
  path,
  clock,
  onChange,
  onError,
}: TokenFileWatcherOptions): Promise<TokenFileWatcher> {
  let version = await versionOf(path);
  let known = await readOwners(path, new Map());
  let isClosed = false;

  const look = async () => {
    const found = await versionOf(path);
    if (found !== version) {
      version = found;
      try {
        known = await readOwners(path, known);
        onChange(known.size);
      } catch (error) {
        onError(error);
      }
    }
    if (!isClosed) wait();
  };
  let timer: Timer | undefined;
  const wait = () => {
    timer = clock.setTimer(lookEveryMs, () => void look(), { unref: true });
  };
  wait();

  return {
    ownerOf: (token) => known.get(sha256Of(token))?.principal,
    has: (principal) => principal.tokenId !== null && known.get(principal.tokenId)?.principal === principal,
    close() {
      isClosed = true;
      timer?.cancel();
    },
  };
}

/** What a token stands for, and the text that says so. */
interface Owner {
  principal: Principal;
  text: string;
}

/** By the hash of their tokens. Whoever is in the file as before stays the same object. */
async function readOwners(
  path: string,
  before: ReadonlyMap<string, Owner>,
): Promise<ReadonlyMap<string, Owner>> {
  const entries = parseTokenFile(path, await readText(path));
  return new Map(
    entries.map((entry) => {
      const { name, role, agentIds, expiresAt = null } = entry;
      const tokenId = entry.sha256.toLowerCase();
      const text = JSON.stringify(entry);
      const known = before.get(tokenId);
      if (known?.text === text) return [tokenId, known];
      const principal = { name, role, agentIds: agentIdsOf(role, name, agentIds), expiresAt, tokenId };
      return [tokenId, { principal, text }];
    }),
  );
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new AuthenticationSettingsError(
      `The file of tokens ${path} cannot be read (${error instanceof Error ? error.message : String(error)}). Make it with 'shark token', or check API_TOKENS_FILE`,
    );
  }
}

/**
 * A text that changes with the file, also when another file takes its place, and when whoever writes it sets back the
 * time of its last change, as copies do. Undefined when there is none.
 */
async function versionOf(path: string): Promise<string | undefined> {
  const { ino, ctimeMs, size } = await stat(path).catch(() => ({ ino: 0, ctimeMs: 0, size: -1 }));
  return size === -1 ? undefined : `${ino} ${ctimeMs} ${size}`;
}
