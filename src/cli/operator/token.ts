import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Clock } from '../../shared/clock.ts';
import { AuthenticationSettingsError } from '../../server/auth/errors.ts';
import { formatTokenFile, parseTokenFile, type TokenEntry } from '../../server/auth/token-file.ts';
import { makeToken, sha256Of } from '../../server/auth/tokens.ts';
import type { Role } from '../../domain/principal.ts';
import { FileError, writeErrorOf } from '../../shared/files/file-error.ts';
import { withFileLock } from '../../shared/files/file-lock.ts';
import { readTextFile } from '../../shared/files/text-file.ts';
import { endOfLinks, writeWholeFile } from '../../shared/files/write-file.ts';

/** The properties of a new access token. */
export interface TokenRequest {
  name: string;
  role: Role;
  /** The agents for which the token may act. Default: the agent with the same name as the token. */
  agentIds: readonly string[] | undefined;
  /** How long the token is valid, in milliseconds. Default: forever. */
  expiresInMs: number | undefined;
}

export interface TokenCommandOptions {
  /** The path of the token file. The command creates the file if it does not exist. */
  file: string | undefined;
  clock: Pick<Clock, 'now'>;
  /** Prints the token to standard output. */
  print: (line: string) => void;
  /** Prints an explanation to standard error. Standard output contains only the token. */
  explain: (line: string) => void;
}

/**
 * Creates a token, adds its hash to the token file, and prints the token. Throws AuthenticationSettingsError, FileError.
 */
export async function runTokenCommand(
  request: TokenRequest,
  { file, clock, print, explain }: TokenCommandOptions,
): Promise<void> {
  if (file === undefined)
    throw new AuthenticationSettingsError(
      'API_TOKENS_FILE is not set. Set it to the token file of the server, for example API_TOKENS_FILE=./data/tokens.json npx shark token --name ci --role agent',
    );
  const token = makeToken();
  try {
    mkdirSync(dirname(endOfLinks(file)), { recursive: true });
    // Another command could add a token between the reading and the writing.
    await withFileLock(endOfLinks(file), () => addToken(file, token, request, clock));
  } catch (error) {
    throw writeErrorOf(file, error) ?? error;
  }
  print(token);
  explain(
    `Created the token '${request.name}' with the role ${request.role}. It is shown only once; ${file} contains its SHA-256. A running server accepts it within two seconds. Send it as Authorization: Bearer …`,
  );
}

async function addToken(
  file: string,
  token: string,
  { name, role, agentIds, expiresInMs }: TokenRequest,
  clock: Pick<Clock, 'now'>,
): Promise<void> {
  const known = await readTokens(file);
  if (known.some((entry) => entry.name === name))
    throw new AuthenticationSettingsError(
      `A token with the name '${name}' already exists in ${file}. Choose another name, or remove the entry to revoke the token`,
    );
  const expiresAt = expiresInMs === undefined ? undefined : new Date(clock.now().getTime() + expiresInMs);
  const text = formatTokenFile([
    ...known,
    { name, sha256: sha256Of(token), role, agentIds: agentIds && [...agentIds], expiresAt },
  ]);
  // Check the new file content with the parser of the server, so that the file stays valid.
  parseTokenFile(file, text);
  await writeWholeFile({ path: file, ifExists: 'replace', mode: 0o600 }, (temporaryFile) =>
    writeFileSync(temporaryFile, text),
  );
}

async function readTokens(file: string): Promise<readonly TokenEntry[]> {
  try {
    return parseTokenFile(file, await readTextFile(file));
  } catch (error) {
    if (error instanceof FileError && error.systemCode === 'ENOENT') return [];
    throw error;
  }
}
