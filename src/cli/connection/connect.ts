import { createClient } from '../../client/client.ts';
import { ExpectedError } from '../../shared/expected-error.ts';
import { plain } from '../output/plain.ts';
import { inCommandTerms, wordingExtension } from './answer-wording.ts';
import type { Connection, ConnectOptions } from './connection.ts';

/** Connects to the server of SHARK_URL, or else opens the database file in this process. Throws ExpectedError. */
export async function connect(options: ConnectOptions): Promise<Connection> {
  const { SHARK_URL: url, SHARK_TOKEN: token } = options.environment;
  if (isGiven(url)) {
    const client = createClient({
      url: endpointOf(url),
      token: isGiven(token) ? tokenOf(token) : undefined,
      extensions: wordingExtension,
      mapResponse: inCommandTerms,
    });
    return { client, place: url, close: async () => {} };
  }
  // A dynamic import, because the modules of the server take a while to load.
  const { openFile } = await import('./open-file.ts');
  return openFile(options);
}

/** The URL of the GraphQL endpoint. `text` may be the URL of the server only. */
function endpointOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol))
    throw settingsError(
      `SHARK_URL is '${plain(text)}': write the address of a server, for example http://127.0.0.1:4000/graphql`,
    );
  if (url.pathname === '/') url.pathname = '/graphql';
  return url.href;
}

/** The token. Error messages must not contain any part of it. */
function tokenOf(text: string): string {
  const token = text.trim();
  if (/^[\x21-\x7E]+$/.test(token)) return token;
  throw settingsError('SHARK_TOKEN has characters that no token has: write one token and nothing else');
}

function settingsError(message: string): ExpectedError {
  return new ExpectedError({ code: 'SETTINGS', message, parameters: {} });
}

function isGiven(setting: string | undefined): setting is string {
  return setting !== undefined && setting.trim() !== '';
}
