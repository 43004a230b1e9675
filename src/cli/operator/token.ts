import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Clock } from '../../shared/clock.ts';
import { AuthenticationSettingsError } from '../../server/auth/errors.ts';
import { formatTokenFile, parseTokenFile } from '../../server/auth/token-file.ts';
import { makeToken, sha256Of } from '../../server/auth/tokens.ts';
import type { Role } from '../../domain/principal.ts';

/** The token that is wanted. */
export interface TokenRequest {
  name: string;
  role: Role;
  /** The agents that it speaks for; left out, the one of its name. */
  agentIds: readonly string[] | undefined;
  /** How long it is valid, in milliseconds; left out, until it is taken out of the file. */
  expiresInMs: number | undefined;
}

export interface TokenCommandOptions {
  /** Path of the file of tokens; it is made when it is missing. */
  file: string | undefined;
  clock: Pick<Clock, 'now'>;
  /** Takes the token. */
  print: (line: string) => void;
  /** Takes what there is to say about it, apart from it, so that the token can be handed on by a script. */
  explain: (line: string) => void;
}

/** Makes a token, adds what is kept of it to the file, and prints it, once and never again. Throws AuthenticationSettingsError. */
export function runTokenCommand(
  { name, role, agentIds, expiresInMs }: TokenRequest,
  { file, clock, print, explain }: TokenCommandOptions,
): void {
  if (file === undefined)
    throw new AuthenticationSettingsError(
      'API_TOKENS_FILE is not set: name the file that the server reads its tokens from, for example API_TOKENS_FILE=./data/tokens.json npx shark token --name ci --role agent',
    );
  const known = existsSync(file) ? parseTokenFile(file, readFileSync(file, 'utf8')) : [];
  if (known.some((entry) => entry.name === name))
    throw new AuthenticationSettingsError(
      `There is a token with the name '${name}' in ${file}: take it out to revoke it, or choose another name`,
    );
  const token = makeToken();
  const expiresAt = expiresInMs === undefined ? undefined : new Date(clock.now().getTime() + expiresInMs);
  const text = formatTokenFile([
    ...known,
    { name, sha256: sha256Of(token), role, agentIds: agentIds && [...agentIds], expiresAt },
  ]);
  // Read as the server will, so that nothing gets in that it would refuse.
  parseTokenFile(file, text);
  replace(file, text);
  print(token);
  explain(
    `This is the token '${name}' with the role ${role}. It is shown this once: ${file} keeps only its SHA-256. A server that reads the file knows it within two seconds. Send it as Authorization: Bearer …`,
  );
}

/** A server that reads the file meanwhile sees what was there, or all that is new. */
function replace(file: string, text: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    // Whoever may read it goes on to.
    const mode = existsSync(file) ? statSync(file).mode & 0o777 : 0o600;
    writeFileSync(`${file}.new`, text, { mode });
    renameSync(`${file}.new`, file);
  } catch (error) {
    throw new AuthenticationSettingsError(
      `The file of tokens ${file} cannot be written (${error instanceof Error ? error.message : String(error)}). No token was made`,
    );
  }
}
