import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { startServerProcess } from '../test/support/server-process.ts';
import { type ActiveSessionSizes, type DueSession, fillActiveSessions } from './active-sessions.ts';
import { createDatabase } from './databases.ts';
import { freePort, type Inspector, openInspector } from './inspector.ts';

/** A server and a database that are used for one measurement only. */
export interface Scenario extends AsyncDisposable {
  url: string;
  inspector: Inspector;
  due: readonly DueSession[];
}

/** Creates a database with active sessions and starts a server on it, with an inspector. */
export async function startScenario(folder: string, sizes: ActiveSessionSizes): Promise<Scenario> {
  const file = join(mkdtempSync(join(folder, 'scenario-')), 'shark.db');
  const connection = await createDatabase(file);
  const due = fillActiveSessions(connection, sizes);
  connection.close();

  const port = await freePort();
  const server = await startServerProcess({
    DATABASE_URL: `file:${file}`,
    // A socket that reads nothing stays connected during the whole measurement.
    SLOW_READER_TIMEOUT: '1h',
    NODE_OPTIONS: `--inspect=127.0.0.1:${port}`,
  });
  const inspector = await openInspector(port);
  return {
    url: server.url,
    inspector,
    due,
    async [Symbol.asyncDispose]() {
      inspector.close();
      await server.stop();
    },
  };
}
