import { createApp } from '../../server/app.ts';
import type { BackfillCommandOptions } from './backfill.ts';
import { runTokenCommand, type TokenRequest } from './token.ts';
import type { Clock } from '../../shared/clock.ts';
import { type Config, readConfig } from '../../server/config.ts';
import { readPath } from '../../shared/files/file-path.ts';
import { type Environment, readSettingIfGiven } from '../../shared/settings.ts';
import { backUpTo } from '../../db/sqlite/backup.ts';
import { resolveDatabasePath } from '../../db/sqlite/database-path.ts';
import { createLog } from '../../shared/log.ts';
import type { ProgressBar } from '../../shared/progress-bar.ts';
import { interruptible, type Stopping } from '../stopping.ts';

/** The environment variables, clock and output functions for the operator commands. */
export interface OperatorTools extends Stopping {
  environment: Environment;
  clock: Clock;
  /** Prints a line to standard output. */
  print: (line: string) => void;
  /** Shows a progress bar on standard error. */
  startProgress: (options: { label: string; total: number }) => ProgressBar;
}

/** Starts the server, and returns when it accepts requests. Throws ExpectedError. */
export async function serve(tools: OperatorTools): Promise<void> {
  const { environment, clock, print, whenStopped } = tools;
  const config = readConfig(environment);
  const app = await interruptible(tools, 'The server was not ready yet', async () => {
    const created = await createApp(config, { clock, log: createLog(config.logLevel) });
    try {
      await created.start();
    } catch (error) {
      await created.stop();
      throw error;
    }
    return created;
  });

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
  tools: OperatorTools,
): Promise<void> {
  const { environment, clock, print, startProgress } = tools;
  // A server does not need this code.
  const { runBackfill } = await import('./backfill.ts');
  const consequence = request.dryRun
    ? 'Nothing was changed'
    : 'The sessions added so far are saved. Run the backfill again to continue';
  await interruptible(tools, consequence, () =>
    runBackfill(readConfig(environment), {
      ...request,
      clock,
      print,
      startProgress: (total) => startProgress({ label: 'History rows', total }),
    }),
  );
}

/** Copies the database into a file. Throws ExpectedError. */
export async function backUp(file: string, tools: OperatorTools): Promise<void> {
  const { environment, print } = tools;
  const { databaseFile } = readConfig(environment);
  const copy = readPath(file);
  const original = resolveDatabasePath(databaseFile);
  const bytes = await interruptible(tools, 'No copy was made', () => backUpTo(original, copy));
  print(`The database ${databaseFile} was backed up to ${copy} (${bytes} bytes).`);
}

/** Creates a token and prints it. Throws ExpectedError. */
export async function makeToken(request: TokenRequest, tools: OperatorTools): Promise<void> {
  const { environment, clock, print, explain } = tools;
  // Do not read other settings: they can be invalid on a machine without a server.
  const setting = readSettingIfGiven(environment, 'API_TOKENS_FILE');
  const file = setting === undefined ? undefined : readPath(setting);
  await interruptible(tools, 'No token was printed', () =>
    runTokenCommand(request, { file, clock, print, explain }),
  );
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
