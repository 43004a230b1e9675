import { existsSync } from 'node:fs';
import v8 from 'node:v8';
import { UnableError } from '../failure.ts';
import { ConfigError, readConfig } from '../../server/config.ts';
import type { Connection, ConnectOptions, Environment } from './connection.ts';
import { BackupError } from '../../db/errors.ts';
import { DatabaseBusyError, DatabaseError, DatabaseOpenError } from '../../db/errors.ts';
import { MigrationError } from '../../db/errors.ts';
import { createInProcessClient } from './in-process-client.ts';
import { createLog } from '../../shared/log.ts';
import { WorkflowFileError } from '../../domain/workflow/load.ts';

/** Opens the database file for commands. Throws UnableError. */
export async function openFile({
  environment,
  clock,
  mayMakeDatabase,
  notice,
}: ConnectOptions): Promise<Connection> {
  try {
    const config = readConfig(environment);
    const { databaseFile } = config;
    // In the wrong folder, an empty database would look as if all work was lost.
    if (!mayMakeDatabase && !existsSync(databaseFile))
      throw new UnableError(
        'NO_DATABASE',
        `There is no database at ${databaseFile}. Name it in DATABASE_URL, name a server in SHARK_URL, or begin one here with 'shark epic create'`,
      );
    // To compile Prisma's WebAssembly a second time, to make it fast, takes longer than a command does.
    v8.setFlagsFromString('--liftoff-only');
    const client = await createInProcessClient(config, {
      clock,
      log: createLog(isLogWanted(environment) ? config.logLevel : 'silent'),
      onBackup: (file) => notice(`The database was kept as it was in ${file} before it was changed.`),
    });
    return { client, place: databaseFile, close: client.close };
  } catch (error) {
    throw unableToOpen(error) ?? error;
  }
}

/** What goes wrong is told in one line; who wants more asks for it. */
function isLogWanted({ LOG_LEVEL: level }: Environment): boolean {
  return level !== undefined;
}

function unableToOpen(error: unknown): UnableError | undefined {
  if (error instanceof ConfigError || error instanceof WorkflowFileError)
    return new UnableError('SETTINGS', error.message, { cause: error });
  if (
    error instanceof DatabaseOpenError ||
    error instanceof DatabaseBusyError ||
    error instanceof DatabaseError ||
    error instanceof MigrationError ||
    error instanceof BackupError
  )
    return new UnableError('DATABASE', error.message, { cause: error });
  return undefined;
}
