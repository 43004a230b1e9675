import { isMissing } from '../../db/sqlite/database-path.ts';
import { readConfig } from '../../server/config.ts';
import type { Connection, ConnectOptions } from './connection.ts';
import { ExpectedError } from '../../shared/expected-error.ts';
import { readSetting } from '../../shared/settings.ts';
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
  // Without a log, a command prints only one line for an error.
  const isLogWanted = readSetting(environment, 'LOG_LEVEL') !== undefined;
  const { databaseFile } = config;
  // Do not create a missing database: in the wrong folder, an empty database would look like lost work.
  if (!mayMakeDatabase && isMissing(databaseFile))
    throw new ExpectedError({
      code: 'NO_DATABASE',
      message: `There is no database at ${databaseFile}. Set DATABASE_URL to its path, set SHARK_URL to a server, or create a database here with 'shark epic create'`,
      parameters: {},
    });
  const client = await createInProcessClient(config, {
    clock,
    mayCreateTables: mayMakeDatabase,
    log: isLogWanted ? await openLog(config.logLevel) : silentLog,
    onBackup: (file) => notice(`The database was backed up to ${file} before it was migrated.`),
  });
  return { client, place: databaseFile, close: client.close };
}

const silentLog: ErrorLog = { error() {} };

async function openLog(level: LogLevel): Promise<ErrorLog> {
  // Few commands write a log, and this import is slow.
  const { createLog } = await import('../../shared/log.ts');
  return createLog(level);
}
