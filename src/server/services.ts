import type { Connection } from '../db/sqlite/driver.ts';
import type { AnalyticsWorker } from '../worker/analytics-worker.ts';
import type { Clock } from '../shared/clock.ts';
import type { Config } from './config.ts';
import { checkWithoutMigrating } from '../db/sqlite/open-without-migrating.ts';
import type { Database } from '../db/database.ts';
import { checkBoard } from '../db/sqlite/board-check.ts';
import { findWriteObstacle, ownerOf } from '../db/sqlite/write-access.ts';
import { openDatabase, type OpenDatabaseOptions } from '../db/sqlite/open-database.ts';
import { migrate, migrationNames, type MigrationReport, migrationsFolder } from '../db/sqlite/migrate.ts';
import { createReadiness } from '../db/sqlite/readiness.ts';
import type { Services } from '../graphql/context.ts';
import { createSessionChangeWatcher } from '../domain/sessions/changes.ts';
import { createStaleWatcher } from '../domain/stale/stale-watcher.ts';
import { type LoadedWorkflow, loadWorkflow } from '../domain/workflow/load.ts';
import type { Workflow } from '../domain/workflow/workflow.ts';

/** During their start and later, the services report events to this observer. */
export interface ServicesObserver {
  workflowLoaded?(origin: LoadedWorkflow): void;
  migrated(report: MigrationReport): void;
  /** Called after the migrations, before anything else uses the database connection. */
  prepared?(connection: Connection, workflow: Workflow): void;
  clockJumped?(byMs: number): void;
  /** Called when the server could not read changes from the database. The server tries again. */
  failed(error: unknown): void;
}

export interface OpenServicesOptions
  extends Pick<OpenDatabaseOptions, 'access' | 'onStatement' | 'writes' | 'onLongLog'> {
  clock: Clock;
  /** Whether to create the tables in an empty database. Default: true. */
  mayCreateTables?: boolean;
  observer: ServicesObserver;
  /** Creates the worker thread for analytics queries and CSV exports. */
  createAnalyticsWorker(parts: { database: Database; workflow: Workflow }): AnalyticsWorker;
}

export interface OpenedServices {
  services: Services;
  /** The names of the pending migrations. Empty unless MIGRATE is off. */
  pendingMigrations: readonly string[];
  /** Waits for the running queries and writes, then closes the database. */
  close(): Promise<void>;
}

/**
 * Reads the workflow file, opens the database, and creates the services for the GraphQL resolvers. Throws
 * WorkflowFileError, DatabaseOpenError, MigrationError, BackupError.
 */
export async function openServices(config: Config, options: OpenServicesOptions): Promise<OpenedServices> {
  const { clock, observer, createAnalyticsWorker, mayCreateTables = true, ...watching } = options;
  const loaded = await loadWorkflow(config.workflowFile, config.workflowFileNamed ? 'fail' : 'use-built-in');
  const { workflow } = loaded;
  observer.workflowLoaded?.(loaded);

  let pendingMigrations: string[] = [];
  const database = await openDatabase({
    ...watching,
    file: config.databaseFile,
    clock,
    onError: observer.failed,
    async prepare(connection, { isReadOnly }) {
      const file = config.databaseFile;
      const folder = migrationsFolder;
      if (isReadOnly || config.migrate) checkBoard({ connection, file, mayCreateTables });
      if (isReadOnly)
        pendingMigrations = checkWithoutMigrating({
          connection,
          folder,
          file,
          reason: `${findWriteObstacle(file) ?? `It belongs to user ${ownerOf(file)}. Let user ${ownerOf(file)} run the command once`}.`,
        });
      else if (config.migrate) observer.migrated(await migrate({ connection, folder, clock }));
      else pendingMigrations = checkWithoutMigrating({ connection, folder, file });
      observer.prepared?.(connection, workflow);
    },
  });

  const staleWatcher = createStaleWatcher({
    database,
    clock,
    onError: observer.failed,
    onClockJump: (byMs) => observer.clockJumped?.(byMs),
  });
  const sessionChanges = createSessionChangeWatcher({ database, clock, onError: observer.failed });
  const analyticsWorker = createAnalyticsWorker({ database, workflow });
  return {
    services: {
      database,
      analyticsWorker,
      workflow,
      clock,
      staleAfterMs: config.staleAfterMs,
      aliveWithinMs: config.aliveWithinMs,
      staleWatcher,
      sessionChanges,
      findFailedChecks: createReadiness(
        database,
        migrationNames(migrationsFolder).filter((name) => !pendingMigrations.includes(name)),
      ),
    },
    pendingMigrations,
    async close() {
      staleWatcher.close();
      await analyticsWorker.close();
      await database.close();
    },
  };
}
