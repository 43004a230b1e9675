import { createApp } from '../../server/app.ts';
import type { BackfillCommandOptions } from './backfill.ts';
import { runTokenCommand, type TokenRequest } from './token.ts';
import type { Clock } from '../../shared/clock.ts';
import { type Config, readConfig } from '../../server/config.ts';
import type { Environment } from '../connection/connection.ts';
import { backUpTo } from '../../db/sqlite/backup.ts';
import { createLog } from '../../shared/log.ts';
import type { ProgressBar } from '../../shared/progress-bar.ts';

/** The environment variables, clock and output functions for the operator commands. */
export interface OperatorTools {
  environment: Environment;
  clock: Clock;
  /** Prints a line to standard output. */
  print: (line: string) => void;
  /** Prints a line to standard error. */
  explain: (line: string) => void;
  /** Shows a progress bar on standard error. */
  startProgress: (options: { label: string; total: number }) => ProgressBar;
  /** On SIGINT or SIGTERM, calls `onStop` with the name of the signal. */
  whenStopped: (onStop: (signal: string) => void) => void;
}

/** Starts the server, and returns when it accepts requests. Throws ExpectedError. */
export async function serve({ environment, clock, print, whenStopped }: OperatorTools): Promise<void> {
  const config = readConfig(environment);
  const app = await createApp(config, { clock, log: createLog(config.logLevel) });
  try {
    await app.start();
  } catch (error) {
    await app.stop();
    throw error;
  }

  // Listen for signals before printing the URL: a reader of the URL may stop the server immediately.
  whenStopped((signal) => {
    print(`Stopping: ${signal}`);
    void app.stop();
  });

  print(`Shark Sessions is ready at ${app.url}`);
  print(`  database  ${config.databaseFile}`);
  print(`  access    ${accessText(config)}`);
  print(`  GraphiQL  ${config.graphiql ? `open ${app.url} in a browser` : 'off'}`);
}

/** Creates sessions from the task history in the database. Throws ExpectedError. */
export async function backfill(
  request: Pick<BackfillCommandOptions, 'dryRun' | 'formerNames'>,
  { environment, clock, print, startProgress }: OperatorTools,
): Promise<void> {
  // A server does not need this code.
  const { runBackfill } = await import('./backfill.ts');
  await runBackfill(readConfig(environment), {
    ...request,
    clock,
    print,
    startProgress: (total) => startProgress({ label: 'History rows', total }),
  });
}

/** Copies the database into a file. Throws ExpectedError. */
export async function backUp(file: string, { environment, print }: OperatorTools): Promise<void> {
  const { databaseFile } = readConfig(environment);
  const bytes = await backUpTo(databaseFile, file);
  print(`The database ${databaseFile} was backed up to ${file} (${bytes} bytes).`);
}

/** Creates a token and prints it. Throws ExpectedError. */
export function makeToken(
  request: TokenRequest,
  { environment, clock, print, explain }: OperatorTools,
): void {
  // Do not read other settings: they can be invalid on a machine without a server.
  runTokenCommand(request, { file: environment.API_TOKENS_FILE, clock, print, explain });
}

function accessText({ authentication: { tokensFile, jsonWebTokens } }: Config): string {
  const ways = [
    ...(tokensFile === undefined ? [] : [`the tokens in ${tokensFile}`]),
    ...(jsonWebTokens === undefined ? [] : [`JSON Web Tokens of ${jsonWebTokens.issuer}`]),
  ];
  return ways.length > 0
    ? ways.join(', and ')
    : 'every user of this machine, without a token. Set API_TOKENS_FILE to require tokens';
}
