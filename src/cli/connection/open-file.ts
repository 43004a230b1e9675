import { existsSync } from 'node:fs';
import { readConfig } from '../../server/config.ts';
import type { Connection, ConnectOptions, Environment } from './connection.ts';
import { ExpectedError } from '../../shared/expected-error.ts';
import { createInProcessClient } from './in-process-client.ts';
import type { LogLevel } from '../../shared/log-level.ts';
import type { ErrorLog } from '../../shared/log.ts';

/** Opens the database file for commands. Throws ExpectedError. */
export async function openFile({
  environment,
  clock,
  mayMakeDatabase,
  notice,
}: ConnectOptions): Promise<Connection> {
  const config = readConfig(environment);
  const { databaseFile } = config;
  // Do not create a missing database: in the wrong folder, an empty database would look like lost work.
  if (!mayMakeDatabase && !existsSync(databaseFile))
    throw new ExpectedError({
      code: 'NO_DATABASE',
      message: `There is no database at ${databaseFile}. Set DATABASE_URL to its path, set SHARK_URL to a server, or create a database here with 'shark epic create'`,
      parameters: {},
    });
  const client = await createInProcessClient(config, {
    clock,
    log: isLogWanted(environment) ? await openLog(config.logLevel) : silentLog,
    onBackup: (file) => notice(`The database was backed up to ${file} before it was migrated.`),
  });
  return { client, place: databaseFile, close: client.close };
}

/** Whether a command writes a log. Without a log, the command prints only one line for an error. */
function isLogWanted({ LOG_LEVEL: level }: Environment): boolean {
  return level !== undefined;
}

const silentLog: ErrorLog = { error() {} };

async function openLog(level: LogLevel): Promise<ErrorLog> {
  // Few commands write a log, and this import is slow.
  const { createLog } = await import('../../shared/log.ts');
  return createLog(level);
}
