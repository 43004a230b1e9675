import { createClient } from '../../client/client.ts';
import { UnableError } from '../failure.ts';
import { plain } from '../output/plain.ts';
import type { Connection, ConnectOptions } from './connection.ts';

/** The server that SHARK_URL names, or else the database file, in this process. Throws UnableError. */
export async function connect(options: ConnectOptions): Promise<Connection> {
  const { SHARK_URL: url, SHARK_TOKEN: token } = options.environment;
  if (isGiven(url)) {
    const client = createClient({ url: endpointOf(url), token: isGiven(token) ? tokenOf(token) : undefined });
    return { client, place: url, close: async () => {} };
  }
  // All that a server is made of, which takes a while to load.
  const { openFile } = await import('./open-file.ts');
  return openFile(options);
}

/** The address where GraphQL is served, of one that may name the server only. */
function endpointOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol))
    throw new UnableError(
      'SETTINGS',
      `SHARK_URL is '${plain(text)}': write the address of a server, for example http://127.0.0.1:4000/graphql`,
    );
  if (url.pathname === '/') url.pathname = '/graphql';
  return url.href;
}

/** The token, of which nothing is repeated: it is a secret. */
function tokenOf(text: string): string {
  const token = text.trim();
  if (/^[\x21-\x7E]+$/.test(token)) return token;
  throw new UnableError(
    'SETTINGS',
    'SHARK_TOKEN has characters that are in no token: write one token and nothing else',
  );
}

function isGiven(setting: string | undefined): setting is string {
  return setting !== undefined && setting.trim() !== '';
}
