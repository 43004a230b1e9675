import { readFile, stat } from 'node:fs/promises';
import { agentIdsOf, type Principal } from '../../domain/principal.ts';
import type { Clock, Timer } from '../../shared/clock.ts';
import { AuthenticationSettingsError } from './errors.ts';
import { parseTokenFile } from './token-file.ts';
import { sha256Of } from './tokens.ts';

const intervalMs = 1_000;

export interface TokenFileWatcher {
  /** The principal of a token, even if it has expired; undefined when the file does not contain the token. */
  principalOf(token: string): Principal | undefined;
  /** Whether the file still contains this principal's token, unchanged. */
  has(principal: Principal): boolean;
  close(): void;
}

export interface TokenFileWatcherOptions {
  path: string;
  clock: Clock;
  /** The file changed and was read. `count` is the number of tokens in it. */
  onChange: (count: number) => void;
  /** The file changed and is invalid. The tokens read before stay valid, so a typing error does not revoke tokens. */
  onError: (error: unknown) => void;
}

/** Reads a token file, and reads it again when it changes. Throws AuthenticationSettingsError. */
export async function watchTokenFile({
  path,
  clock,
  onChange,
  onError,
}: TokenFileWatcherOptions): Promise<TokenFileWatcher> {
  let version = await versionOf(path);
  let tokens = await readTokens(path, new Map());
  let isClosed = false;

  const check = async () => {
    const found = await versionOf(path);
    if (found !== version) {
      version = found;
      try {
        tokens = await readTokens(path, tokens);
        onChange(tokens.size);
      } catch (error) {
        onError(error);
      }
    }
    if (!isClosed) schedule();
  };
  let timer: Timer | undefined;
  const schedule = () => {
    timer = clock.setTimer(intervalMs, () => void check(), { unref: true });
  };
  schedule();

  return {
    principalOf: (token) => tokens.get(sha256Of(token))?.principal,
    has: (principal) => principal.tokenId !== null && tokens.get(principal.tokenId)?.principal === principal,
    close() {
      isClosed = true;
      timer?.cancel();
    },
  };
}

/** A principal, and the file entry from which it was created. */
interface StoredToken {
  principal: Principal;
  entry: string;
}

/** Returns the tokens by their hash. An unchanged entry keeps its principal object, which `has` compares. */
async function readTokens(
  path: string,
  before: ReadonlyMap<string, StoredToken>,
): Promise<ReadonlyMap<string, StoredToken>> {
  const entries = parseTokenFile(path, await readText(path));
  return new Map(
    entries.map((parsed) => {
      const { name, role, agentIds, expiresAt = null } = parsed;
      const tokenId = parsed.sha256.toLowerCase();
      const entry = JSON.stringify(parsed);
      const stored = before.get(tokenId);
      if (stored?.entry === entry) return [tokenId, stored];
      const principal = { name, role, agentIds: agentIdsOf(role, name, agentIds), expiresAt, tokenId };
      return [tokenId, { principal, entry }];
    }),
  );
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new AuthenticationSettingsError(
      `The token file ${path} cannot be read (${error instanceof Error ? error.message : String(error)}). Create it with 'shark token', or correct API_TOKENS_FILE`,
    );
  }
}

/**
 * A text that is different after the file has changed; undefined if there is no file. The inode detects that the file
 * was replaced, and ctime detects a copy that keeps the modification time.
 */
async function versionOf(path: string): Promise<string | undefined> {
  const { ino, ctimeMs, size } = await stat(path).catch(() => ({ ino: 0, ctimeMs: 0, size: -1 }));
  return size === -1 ? undefined : `${ino} ${ctimeMs} ${size}`;
}
