/** Fills a new database with simulated work: `npm run seed -- --sessions 1000000`. */
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Connection } from '../src/db/sqlite/driver.ts';
import { systemClock } from '../src/shared/clock.ts';
import { ConfigError, readConfig } from '../src/server/config.ts';
import { openDatabase } from '../src/db/sqlite/open-database.ts';
import { DatabaseOpenError, MigrationError } from '../src/db/errors.ts';
import { migrate } from '../src/db/sqlite/migrate.ts';
import { startProgressBar } from '../src/shared/progress-bar.ts';
import { loadWorkflow, WorkflowFileError } from '../src/domain/workflow/load.ts';
import { help, readCommandLine } from './command-line.ts';
import { SeedError } from './errors.ts';
import { requireEmptyDatabase, seedDatabase, type SeedOptions, type SeedReport } from './seed-database.ts';

const migrationsFolder = fileURLToPath(new URL('../prisma/migrations', import.meta.url));

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Errors that the user can fix; only their message is printed. */
const expected = [SeedError, ConfigError, WorkflowFileError, DatabaseOpenError, MigrationError];

async function main(): Promise<void> {
  const options = readCommandLine(process.argv.slice(2), systemClock.now());
  if (options.help) {
    console.log(help);
    return;
  }
  const config = readConfig(process.env);
  const { workflow } = await loadWorkflow(
    config.workflowFile,
    config.workflowFileNamed ? 'fail' : 'use-built-in',
  );

  const startedMs = systemClock.steadyMs();
  const report = await seedFile(config.databaseFile, { ...options, workflow });
  const seconds = ((systemClock.steadyMs() - startedMs) / 1_000).toFixed(1);

  console.log(
    [
      `Created ${count(report.sessions)} sessions of ${count(report.tasks)} tasks in ${config.databaseFile} in ${seconds} s.`,
      `  active   ${count(report.activeSessions)} sessions at ${options.until.toISOString()}, the end of the simulated period`,
      `  history  ${count(report.historyRows)} rows`,
      `  repeat   --sessions ${options.sessions} --seed ${options.seed} --until ${options.until.toISOString()}`,
      `Start the server with this database: ${startCommand()}`,
    ].join('\n'),
  );
}

/** Opens the database as the server does, and fills it before the connections for reads and writes are opened. */
async function seedFile(file: string, options: Omit<SeedOptions, 'onProgress'>): Promise<SeedReport> {
  let report: SeedReport | undefined;
  const database = await openDatabase({
    file,
    clock: systemClock,
    onError(error) {
      throw error;
    },
    async prepare(connection) {
      // Before the migration, so that a rejected database stays unchanged.
      requireEmptyDatabase(connection);
      await migrate({ connection, folder: migrationsFolder, clock: systemClock });
      report = await seedWithProgress(connection, options);
    },
  });
  await database.close();
  if (report === undefined) throw new Error('The database was opened without being prepared');
  return report;
}

async function seedWithProgress(
  connection: Connection,
  options: Omit<SeedOptions, 'onProgress'>,
): Promise<SeedReport> {
  const interrupt = (signal: NodeJS.Signals) => {
    bar.stop();
    console.error(`Interrupted by ${signal}: nothing was written`);
    process.exit(128 + constants.signals[signal]);
  };
  for (const signal of signals) process.on(signal, interrupt);
  const bar = startProgressBar({ label: 'Sessions', total: options.sessions });
  try {
    return await seedDatabase(connection, { ...options, onProgress: (sessions) => bar.advance(sessions) });
  } finally {
    for (const signal of signals) process.off(signal, interrupt);
    bar.stop();
  }
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** The command to start the server with the settings of this process. */
function startCommand(): string {
  const settings = ['DATABASE_URL', 'WORKFLOW_CONFIG'].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [`${name}='${value.replaceAll("'", String.raw`'\''`)}' `];
  });
  return `${settings.join('')}npm start`;
}

main().catch((error: unknown) => {
  console.error(
    expected.some((type) => error instanceof type) && error instanceof Error ? error.message : error,
  );
  process.exitCode = 1;
});
