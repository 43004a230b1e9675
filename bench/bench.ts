import { join } from 'node:path';
import type { Connection } from '../src/db/sqlite/driver.ts';
import { type Client, createClient } from '../src/client/client.ts';
import { startServerProcess } from '../test/support/server-process.ts';
import { createDatabase, createDatabaseWithoutSessions } from './databases.ts';

/** Servers and databases that measurements share. The databases grow with each measurement. */
export interface Bench extends AsyncDisposable {
  client: Client;
  /** The database of the server, opened with the bare driver. */
  connection: Connection;
  /** A second server on a database without the table of sessions. */
  plain: { client: Client; connection: Connection };
  /** A database with the same schema and without a server. */
  bareConnection: Connection;
}

/** Creates the databases in this folder and starts the servers. */
export async function startBench(folder: string): Promise<Bench> {
  const file = join(folder, 'shark.db');
  const plainFile = join(folder, 'without-sessions.db');
  const connection = await createDatabase(file);
  const plainConnection = createDatabaseWithoutSessions(plainFile);
  const bareConnection = await createDatabase(join(folder, 'bare.db'));
  const [server, plainServer] = await Promise.all([
    startServerProcess({ DATABASE_URL: `file:${file}` }),
    startServerProcess({ DATABASE_URL: `file:${plainFile}`, MIGRATE: 'off' }),
  ]);
  return {
    client: createClient(server),
    connection,
    plain: { client: createClient(plainServer), connection: plainConnection },
    bareConnection,
    async [Symbol.asyncDispose]() {
      await Promise.all([server.stop(), plainServer.stop()]);
      for (const each of [connection, plainConnection, bareConnection]) each.close();
    },
  };
}
