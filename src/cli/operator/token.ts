import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Clock } from '../../shared/clock.ts';
import { AuthenticationSettingsError } from '../../server/auth/errors.ts';
import { formatTokenFile, parseTokenFile } from '../../server/auth/token-file.ts';
import { makeToken, sha256Of } from '../../server/auth/tokens.ts';
import type { Role } from '../../domain/principal.ts';

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

/** Creates a token, adds its hash to the token file, and prints the token. Throws AuthenticationSettingsError. */
export function runTokenCommand(
  { name, role, agentIds, expiresInMs }: TokenRequest,
  { file, clock, print, explain }: TokenCommandOptions,
): void {
  if (file === undefined)
    throw new AuthenticationSettingsError(
      'API_TOKENS_FILE is not set. Set it to the token file of the server, for example API_TOKENS_FILE=./data/tokens.json npx shark token --name ci --role agent',
    );
  const known = existsSync(file) ? parseTokenFile(file, readFileSync(file, 'utf8')) : [];
  if (known.some((entry) => entry.name === name))
    throw new AuthenticationSettingsError(
      `A token with the name '${name}' already exists in ${file}. Choose another name, or remove the entry to revoke the token`,
    );
  const token = makeToken();
  const expiresAt = expiresInMs === undefined ? undefined : new Date(clock.now().getTime() + expiresInMs);
  const text = formatTokenFile([
    ...known,
    { name, sha256: sha256Of(token), role, agentIds: agentIds && [...agentIds], expiresAt },
  ]);
  // Check the new file content with the parser of the server, so that the file stays valid.
  parseTokenFile(file, text);
  replace(file, text);
  print(token);
  explain(
    `Created the token '${name}' with the role ${role}. It is shown only once; ${file} contains its SHA-256. A running server accepts it within two seconds. Send it as Authorization: Bearer …`,
  );
}

/** Replaces the token file atomically. A server never reads an incomplete file. */
function replace(file: string, text: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    // If the token file exists, keep its permissions.
    const mode = existsSync(file) ? statSync(file).mode & 0o777 : 0o600;
    writeFileSync(`${file}.new`, text, { mode });
    renameSync(`${file}.new`, file);
  } catch (error) {
    throw new AuthenticationSettingsError(
      `The token file ${file} cannot be written (${error instanceof Error ? error.message : String(error)}). No token was created. Check the permissions of the file and its folder`,
    );
  }
}
