import { type GraphQLResolveInfo, responsePathAsArray } from 'graphql';
import type { Principal } from '../domain/principal.ts';
import type { AnalyticsWorker } from '../worker/analytics-worker.ts';
import type { Clock } from '../shared/clock.ts';
import type { Database } from '../db/database.ts';
import type { FailedCheck } from '../db/failed-check.ts';
import type { Statements } from '../db/statements.ts';
import type { Operation } from '../domain/operation.ts';
import { OperationError } from '../domain/errors.ts';
import type { SessionChangeWatcher } from '../domain/sessions/changes.ts';
import type { StaleWatcher } from '../domain/stale/stale-watcher.ts';
import type { Workflow } from '../domain/workflow/workflow.ts';
import { hasTerms, type Wording } from '../shared/wording.ts';
import type { RecordedWording } from './error-wording.ts';
import type { HeavyOperation } from './heavy-operation.ts';
import { createLoaders, type Loaders } from './loaders.ts';

/** The services that all requests to the server share. */
export interface Services {
  database: Database;
  /**
   * Runs long analytics queries. The server runs them in a separate thread, so that they do not block the event loop.
   */
  analyticsWorker: AnalyticsWorker;
  workflow: Workflow;
  clock: Clock;
  staleWatcher: StaleWatcher;
  sessionChanges: SessionChangeWatcher;
  /** The default time until an open session becomes stale, in milliseconds. */
  staleAfterMs: number;
  /** An agent that sent a heartbeat within this time is alive. In milliseconds. */
  aliveWithinMs: number;
  /** Runs the readiness checks and returns the failed checks. */
  findFailedChecks(): Promise<readonly FailedCheck[]>;
}

/** The context of one request. Every GraphQL resolver of the request receives this object. */
export interface Context extends Services {
  /** The client that makes the request. */
  principal: Principal;
  read: Statements;
  loaders: Loaders;
  /** The operation if it is heavy, see `startHeavyOperation`. */
  heavy: HeavyOperation | undefined;
  /** The names of the expected errors of this request, for example `TaskNotFoundError`. */
  expectedErrors: string[];
  /** Records an error text in parts, so that the command line can replace `sessionId` with `--session`. */
  recordWording(path: GraphQLResolveInfo['path'], wording: Wording): void;
  recordedWordings: RecordedWording[];
  /** Runs an operation in a database transaction that can write. */
  write<Result>(operation: (operation: Operation) => Promise<Result>): Promise<Result>;
}

export function createContext(services: Services, principal: Principal): Context {
  const { database, analyticsWorker, workflow, clock, staleWatcher, sessionChanges } = services;
  const { staleAfterMs, aliveWithinMs, findFailedChecks } = services;
  const expectedErrors: string[] = [];
  const recordedWordings: RecordedWording[] = [];
  // List the services, because spread syntax is slow here.
  return {
    database,
    analyticsWorker,
    workflow,
    clock,
    staleWatcher,
    sessionChanges,
    staleAfterMs,
    aliveWithinMs,
    findFailedChecks,
    principal,
    read: database.read,
    loaders: createLoaders({ read: database.read, analyticsWorker }),
    heavy: undefined,
    expectedErrors,
    recordedWordings,
    recordWording(path, wording) {
      if (hasTerms(wording)) recordedWordings.push({ path: responsePathAsArray(path), parts: wording });
    },
    async write(operation) {
      try {
        return await database.write((tx) =>
          operation({ tx, tables: database.tables, workflow, now: clock.now(), actor: principal }),
        );
      } catch (error) {
        if (error instanceof OperationError) expectedErrors.push(error.name);
        throw error;
      }
    },
  };
}

/** Lets the operation of a context yield to other operations. Call this before the execution. */
export function startHeavyOperation(context: Context, heavy: HeavyOperation): void {
  const { read, analyticsWorker } = context;
  context.heavy = heavy;
  context.loaders = createLoaders({ read, analyticsWorker, heavy });
}
