import { createApp } from '../../server/app.ts';
import { AuthenticationSettingsError } from '../../server/auth/errors.ts';
import { runTokenCommand, type TokenRequest } from './token.ts';
import { runBackfill } from './backfill.ts';
import { UnableError } from '../failure.ts';
import type { Clock } from '../../shared/clock.ts';
import { type Config, ConfigError, readConfig } from '../../server/config.ts';
import type { Environment } from '../connection/connection.ts';
import { BackupError } from '../../db/errors.ts';
import { backUpTo } from '../../db/sqlite/backup.ts';
import { DatabaseBusyError, DatabaseOpenError } from '../../db/errors.ts';
import { MigrationError } from '../../db/errors.ts';
import { ListenError } from '../../server/http-server.ts';
import { createLog } from '../../shared/log.ts';
import type { ProgressBar } from '../../shared/progress-bar.ts';
import { WorkflowFileError } from '../../domain/workflow/load.ts';

/** What a command for operators works with. */
export interface OperatorTools {
  environment: Environment;
  clock: Clock;
  print: (line: string) => void;
  /** Takes what stands beside what is printed. */
  explain: (line: string) => void;
  /** Shows on standard error how far a long piece of work is. */
  startProgress: (options: { label: string; total: number }) => ProgressBar;
  /** Calls `onStop` when the program is told to end, with what it was told. */
  whenStopped: (onStop: (signal: string) => void) => void;
}

/** Starts the server, and returns when it can be asked. Throws UnableError. */
export function serve({ environment, clock, print, whenStopped }: OperatorTools): Promise<void> {
  return orUnable(async () => {
    const config = readConfig(environment);
    const app = await createApp(config, { clock, log: createLog(config.logLevel) });
    try {
      await app.start();
    } catch (error) {
      await app.stop();
      throw error;
    }

    // Before anybody is told that the server is there: whoever waits for that may end it at once.
    whenStopped((signal) => {
      print(`Stopping: ${signal}`);
      void app.stop();
    });

    print(`Shark Sessions is ready at ${app.url}`);
    print(`  database  ${config.databaseFile}`);
    print(`  access    ${accessInWords(config)}`);
    print(`  GraphiQL  ${config.graphiql ? `open ${app.url} in a browser` : 'off'}`);
  });
}

/** Turns the history of the database into sessions. Throws UnableError. */
export function backfill(dryRun: boolean, tools: OperatorTools): Promise<void> {
  const { environment, clock, print, startProgress } = tools;
  return orUnable(() =>
    runBackfill(readConfig(environment), {
      dryRun,
      clock,
      print,
      startProgress: (total) => startProgress({ label: 'History rows', total }),
    }),
  );
}

/** Copies the database into a file. Throws UnableError. */
export function backUp(file: string, { environment, print }: OperatorTools): Promise<void> {
  return orUnable(async () => {
    const { databaseFile } = readConfig(environment);
    const bytes = await backUpTo(databaseFile, file);
    print(`The database ${databaseFile} is kept in ${file} (${bytes} bytes).`);
  });
}

/** Makes a token and prints it. Throws UnableError. */
export function makeToken(request: TokenRequest, tools: OperatorTools): Promise<void> {
  const { environment, clock, print, explain } = tools;
  // Of the settings, this one is all it takes; the others may belong to another machine.
  return orUnable(async () =>
    runTokenCommand(request, { file: environment.API_TOKENS_FILE, clock, print, explain }),
  );
}

/** What the operator can put right; anything else is a fault of the program. */
const expected = [
  ConfigError,
  WorkflowFileError,
  AuthenticationSettingsError,
  DatabaseOpenError,
  DatabaseBusyError,
  MigrationError,
  BackupError,
  ListenError,
];

async function orUnable(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof Error && expected.some((type) => error instanceof type))
      throw new UnableError('SETTINGS', error.message, { cause: error });
    throw error;
  }
}

function accessInWords({ authentication: { tokensFile, jsonWebTokens } }: Config): string {
  const ways = [
    ...(tokensFile === undefined ? [] : [`the tokens in ${tokensFile}`]),
    ...(jsonWebTokens === undefined ? [] : [`JSON Web Tokens of ${jsonWebTokens.issuer}`]),
  ];
  return ways.length > 0
    ? ways.join(', and ')
    : 'everybody on this machine and nobody else: there are no tokens (see API_TOKENS_FILE)';
}
