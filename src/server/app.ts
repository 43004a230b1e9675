import { createAuthentication } from './auth/authentication.ts';
import { createAnalyticsWorker } from '../worker/analytics-worker.ts';
import type { Clock } from '../shared/clock.ts';
import type { Config } from './config.ts';
import type { StatementObserver } from '../db/database.ts';
import { createGraphqlHandler } from './http/graphql-handler.ts';
import { httpRequestOf } from './http/http-request.ts';
import { type RunningServer, startServer } from './http-server.ts';
import type { Log } from '../shared/log.ts';
import { createMetrics } from './metrics/metrics.ts';
import { openServices, type ServicesObserver } from './services.ts';
import { countActiveSessions } from '../domain/stale/stale-events.ts';
import { thresholdsOf } from '../domain/stale/thresholds.ts';
import { unknownStatuses } from '../domain/tasks/unknown-statuses.ts';
import { unreadableTimes, unreadableTimesText } from '../domain/tasks/unreadable-times.ts';
import { staleAfterMsByStatus } from '../domain/workflow/workflow.ts';

export interface App extends AsyncDisposable {
  /** The URL of the GraphQL endpoint. Throws an error before `start()`. */
  readonly url: string;
  /** Answers a request directly, without a network connection. */
  fetch(input: string | URL | Request, init?: RequestInit): Promise<Response>;
  /** Starts to listen on the configured address and port. Throws ListenError. */
  start(): Promise<void>;
  /**
   * Answers the running requests, ends the subscriptions and closes the database. You can call this more than once.
   */
  stop(): Promise<void>;
}

export interface AppOptions {
  clock: Clock;
  log: Log;
  onStatement?: StatementObserver;
  /** The module for the analytics worker thread. Default: the module of this program. */
  analyticsThread?: URL;
}

/**
 * Creates the server. The server accepts connections only after `start()`. Throws WorkflowFileError,
 * AuthenticationSettingsError, DatabaseOpenError, MigrationError, BackupError.
 */
export async function createApp(
  config: Config,
  { clock, log, onStatement, analyticsThread }: AppOptions,
): Promise<App> {
  const authentication = await createAuthentication(config.authentication, {
    clock,
    onChange: (count) => log.info({ count }, 'the token file was read again after a change'),
    onError: (error) =>
      log.error({ err: error }, 'the token file is invalid, so the previous tokens stay valid'),
  });

  const metrics = createMetrics();
  const { services, pendingMigrations, close } = await openServices(config, {
    clock,
    onStatement,
    writes: metrics,
    onLongLog(bytes) {
      log.warn(
        { bytes },
        `the write-ahead log has grown to ${Math.round(bytes / 1_000_000)} MB, because a program keeps a read transaction open`,
      );
    },
    observer: loggingObserver(log, config),
    createAnalyticsWorker: ({ database, workflow }) =>
      createAnalyticsWorker({
        file: database.file,
        tables: database.tables,
        workflow,
        clock,
        timeoutMs: config.analyticsTimeoutMs,
        checkFileIdentity: database.checkFileIdentity,
        thread: analyticsThread,
      }),
  });
  const { database, workflow } = services;
  if (!database.tables.hasTaskSessions)
    log.warn(
      { pending: pendingMigrations },
      'the database has no task_sessions table, so the server records no sessions; start with MIGRATE=on to add the table',
    );

  const thresholds = thresholdsOf(
    { staleAfterMs: undefined, silentForMs: undefined },
    { staleAfterMs: config.staleAfterMs, staleAfterMsByStatus: staleAfterMsByStatus(workflow) },
  );
  const handler = createGraphqlHandler(services, {
    log,
    graphiql: config.graphiql,
    limits: config.limits,
    authentication,
    allowedOrigins: config.allowedOrigins,
    metrics,
    countSessions: () => countActiveSessions(database.read, thresholds, clock.now()),
    findFailedChecks: services.findFailedChecks,
  });

  let server: RunningServer | undefined;
  let stopping: Promise<void> | undefined;
  const stopAll = async () => {
    await server?.stop();
    authentication.close();
    await close();
  };
  const stop = () => {
    stopping ??= stopAll();
    return stopping;
  };

  return {
    get url() {
      if (server === undefined) throw new Error('The server has no URL before you call start()');
      return server.url;
    },
    fetch: async (input, init) => handler.handle(httpRequestOf(new Request(input, init)), {}),
    async start() {
      server = await startServer(handler, {
        host: config.host,
        port: config.port,
        limits: config.limits,
        allowedOrigins: config.allowedOrigins,
        clock,
        log,
      });
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/** Creates an observer that logs the events of the services. */
function loggingObserver(log: Log, config: Config): ServicesObserver {
  return {
    workflowLoaded: ({ workflow: _workflow, ...origin }) =>
      log.info(
        origin,
        origin.source === 'file'
          ? `the workflow was read from ${origin.path}`
          : `there is no workflow file at ${config.workflowFile}: the built-in workflow is used`,
      ),
    migrated({ applied, backupFile }) {
      if (backupFile !== null)
        log.warn(
          { backupFile },
          `a backup of the database was written to ${backupFile} before its migration`,
        );
      if (applied.length > 0) log.info({ applied }, 'the database was migrated');
    },
    prepared(connection, workflow) {
      const times = unreadableTimes(connection);
      if (times.length > 0)
        log.warn(
          { times },
          `the database has values that are not times, so the API returns null for them: ${unreadableTimesText(times)}; correct them with the program that wrote them (see docs/troubleshooting.md#warnings)`,
        );
      const statuses = unknownStatuses(connection, workflow);
      if (statuses.length === 0) return;
      const counted = statuses.map(({ status, tasks }) => `${status} (${tasks})`).join(', ');
      log.warn(
        { statuses },
        `the workflow does not contain the status of some tasks, so agents cannot claim these tasks: ${counted}; add the statuses to the workflow file, or move the tasks to another status`,
      );
    },
    clockJumped(byMs) {
      const seconds = Math.abs(byMs / 1_000).toFixed(1);
      log.warn(
        { byMs },
        byMs > 0
          ? `the clock jumped ahead by ${seconds} s, for example after a suspension; the server now sends overdue events about stale sessions`
          : `the clock was set back by ${seconds} s, so the server may send some events about stale sessions twice`,
      );
    },
    failed: (error) => log.error({ err: error }, 'could not read changes from the database'),
  };
}
