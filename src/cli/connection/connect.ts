import { ExpectedError } from '../../shared/expected-error.ts';
import { hidePassword } from '../../shared/hidden-password.ts';
import { quoted, readSettingIfGiven } from '../../shared/settings.ts';
import { inCommandTerms, wordingExtension } from './answer-wording.ts';
import type { Connection, ConnectOptions } from './connection.ts';

/** Connects to the server at SHARK_URL, or opens the database file if SHARK_URL is not set. Throws ExpectedError. */
export async function connect(options: ConnectOptions): Promise<Connection> {
  const url = readSettingIfGiven(options.environment, 'SHARK_URL');
  if (url !== undefined) {
    const token = readSettingIfGiven(options.environment, 'SHARK_TOKEN');
    // Import what a command needs only when it needs it: each import delays the command.
    const { createClient } = await import('../../client/client.ts');
    const client = createClient({
      url: endpointOf(url),
      token: token === undefined ? undefined : checkedToken(token),
      extensions: wordingExtension,
      mapResponse: inCommandTerms,
    });
    return { client, place: hidePassword(url), close: async () => {} };
  }
  const { openFile } = await import('./open-file.ts');
  return openFile(options);
}

/** Returns the URL of the GraphQL endpoint. Adds `/graphql` to a URL without a path. */
function endpointOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol))
    throw settingsError(
      `SHARK_URL is ${quoted(text)}: write the address of a server, for example http://127.0.0.1:4000/graphql`,
    );
  if (url.username !== '' || url.password !== '')
    throw settingsError(
      `SHARK_URL is ${quoted(text)}: a user name or password in the address is not supported. Set SHARK_TOKEN to a token of the server, and remove everything before the @`,
    );
  if (url.pathname === '/') url.pathname = '/graphql';
  return url.href;
}

/** Checks and returns the token. Error messages contain no part of the token. */
function checkedToken(token: string): string {
  if (/^[\x21-\x7E]+$/.test(token)) return token;
  throw settingsError('SHARK_TOKEN has characters that no token has: write one token and nothing else');
}

function settingsError(message: string): ExpectedError {
  return new ExpectedError({ code: 'SETTINGS', message, parameters: {} });
}
