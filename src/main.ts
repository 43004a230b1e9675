import { createApp } from './app.ts';
import { runBackfill } from './backfill/command.ts';
import { systemClock } from './clock.ts';
import { CommandLineError, readCommandLine } from './command-line.ts';
import { type Config, ConfigError, readConfig } from './config.ts';
import { BackupError } from './db/backup.ts';
import { DatabaseBusyError, DatabaseOpenError } from './db/errors.ts';
import { MigrationError } from './db/migrate.ts';
import { ListenError } from './http/server.ts';
import { createLog } from './log.ts';
import { startProgressBar } from './progress-bar.ts';
import { WorkflowFileError } from './workflow/load.ts';

/** What the operator can put right; anything else is a fault of the program and shows where it happened. */
const expected = [
  CommandLineError,
  ConfigError,
  WorkflowFileError,
  DatabaseOpenError,
  DatabaseBusyError,
  MigrationError,
  BackupError,
  ListenError,
];

async function main(): Promise<void> {
  const command = readCommandLine(process.argv.slice(2));
  const config = readConfig(process.env);
  if (command.name === 'serve') return serve(config);
  return runBackfill(config, {
    dryRun: command.dryRun,
    clock: systemClock,
    print: (line) => console.log(line),
    startProgress: (total) => startProgressBar({ label: 'History rows', total }),
  });
}

async function serve(config: Config): Promise<void> {
  const app = await createApp(config, { clock: systemClock, log: createLog(config.logLevel) });
  try {
    await app.start();
  } catch (error) {
    await app.stop();
    throw error;
  }

  // Before anybody is told that the server is there: whoever waits for that may end it at once.
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      console.log(`Stopping: ${signal}`);
      void app.stop();
    });

  console.log(`Shark Sessions is ready at ${app.url}`);
  console.log(`  database  ${config.databaseFile}`);
  console.log(`  GraphiQL  ${config.graphiql ? `open ${app.url} in a browser` : 'off'}`);
}

main().catch((error: unknown) => {
  console.error(
    expected.some((type) => error instanceof type) && error instanceof Error ? error.message : error,
  );
  process.exitCode = 1;
});
