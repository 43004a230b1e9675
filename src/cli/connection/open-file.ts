import { existsSync } from 'node:fs';
import v8 from 'node:v8';
import { readConfig } from '../../server/config.ts';
import type { Connection, ConnectOptions, Environment } from './connection.ts';
import { ExpectedError } from '../../shared/expected-error.ts';
import { createInProcessClient } from './in-process-client.ts';
import { createLog } from '../../shared/log.ts';

/** Opens the database file for commands. Throws ExpectedError. */
export async function openFile({
  environment,
  clock,
  mayMakeDatabase,
  notice,
}: ConnectOptions): Promise<Connection> {
  const config = readConfig(environment);
  const { databaseFile } = config;
  // A new empty database in the wrong folder would look as if all work was lost.
  if (!mayMakeDatabase && !existsSync(databaseFile))
    throw new ExpectedError({
      code: 'NO_DATABASE',
      message: `There is no database at ${databaseFile}. Set DATABASE_URL to its path, set SHARK_URL to a server, or create a database here with 'shark epic create'`,
      parameters: {},
    });
  // Optimizing Prisma's WebAssembly takes longer than a command runs.
  v8.setFlagsFromString('--liftoff-only');
  const client = await createInProcessClient(config, {
    clock,
    log: createLog(isLogWanted(environment) ? config.logLevel : 'silent'),
    onBackup: (file) => notice(`The database was backed up to ${file} before it was migrated.`),
  });
  return { client, place: databaseFile, close: client.close };
}

/** By default, a command prints an error in one line and no log. */
function isLogWanted({ LOG_LEVEL: level }: Environment): boolean {
  return level !== undefined;
}
