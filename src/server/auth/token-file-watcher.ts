import { stat } from 'node:fs/promises';
import { tokenFileClientId } from '../../domain/client-id.ts';
import { agentIdsOf, type Principal } from '../../domain/principal.ts';
import type { Clock, Timer } from '../../shared/clock.ts';
import { FileError } from '../../shared/files/file-error.ts';
import { readTextFile } from '../../shared/files/text-file.ts';
import { AuthenticationSettingsError } from './errors.ts';
import { parseTokenFile } from './token-file.ts';
import { sha256Of } from './tokens.ts';

const intervalMs = 1_000;

export interface TokenFileWatcher {
  /**
   * Returns the client of a token, even if the token has expired. Returns undefined if the token is not in the file.
   */
  principalOf(token: string): Principal | undefined;
  /** Whether the client's entry is still in the file and unchanged. */
  has(principal: Principal): boolean;
  close(): void;
}

export interface TokenFileWatcherOptions {
  path: string;
  clock: Clock;
  /** Called after a changed token file was read. `count` is the number of tokens in the file. */
  onChange: (count: number) => void;
  /**
   * Called when a changed token file is invalid. The previous tokens stay valid, so a typing error does not revoke
   * them.
   */
  onError: (error: unknown) => void;
}

/** Reads a token file, and reads it again after each change. Throws AuthenticationSettingsError. */
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

/** A client and its entry in the token file. */
interface StoredToken {
  principal: Principal;
  entry: string;
}

/**
 * Maps the hash of each token to a client and an entry. Keeps the client object of an unchanged entry, because `has`
 * compares these objects.
 */
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
      const principal = {
        name,
        clientId: tokenFileClientId(name),
        role,
        agentIds: agentIdsOf(role, name, agentIds),
        expiresAt,
        tokenId,
      };
      return [tokenId, { principal, entry }];
    }),
  );
}

async function readText(path: string): Promise<string> {
  try {
    return await readTextFile(path);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    throw new AuthenticationSettingsError(
      `The token file ${path} cannot be read: ${error.reason}. Create the file with 'shark token', or correct API_TOKENS_FILE`,
      { cause: error },
    );
  }
}

/**
 * Returns a text that changes when the file changes, or undefined if there is no file. Ignores the mtime, because a new
 * file can have an old mtime.
 */
async function versionOf(path: string): Promise<string | undefined> {
  const { ino, ctimeMs, size } = await stat(path).catch(() => ({ ino: 0, ctimeMs: 0, size: -1 }));
  return size === -1 ? undefined : `${ino} ${ctimeMs} ${size}`;
}
