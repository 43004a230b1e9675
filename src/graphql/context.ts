import type { Principal } from '../domain/principal.ts';
import type { AnalyticsWorker } from '../worker/analytics-worker.ts';
import type { Clock } from '../shared/clock.ts';
import type { Database, Reader } from '../db/database.ts';
import type { Operation } from '../domain/operation.ts';
import { OperationError } from '../domain/errors.ts';
import type { SessionChangeWatcher } from '../domain/sessions/changes.ts';
import type { StaleWatcher } from '../domain/stale/stale-watcher.ts';
import type { Workflow } from '../domain/workflow/workflow.ts';
import { createLoaders, type Loaders } from './loaders.ts';

/** What the server hands to every request. */
export interface Services {
  database: Database;
  /** Answers what takes long, beside the event loop. */
  analyticsWorker: AnalyticsWorker;
  workflow: Workflow;
  clock: Clock;
  staleWatcher: StaleWatcher;
  sessionChanges: SessionChangeWatcher;
  /** How long a session may be open where a client does not say, in milliseconds. */
  staleAfterMs: number;
}

/** What resolvers see. */
export interface Context extends Services {
  /** Who asks. */
  principal: Principal;
  read: Reader;
  loaders: Loaders;
  /** The names of what was refused so far, and told as data. */
  refused: string[];
  /** Runs an operation that changes something, in one transaction. */
  write<Result>(operation: (operation: Operation) => Promise<Result>): Promise<Result>;
}

export function createContext(services: Services, principal: Principal): Context {
  const { database, analyticsWorker, workflow, clock } = services;
  const refused: string[] = [];
  return {
    ...services,
    principal,
    read: database.read,
    loaders: createLoaders({ read: database.read, analyticsWorker }),
    refused,
    async write(operation) {
      try {
        return await database.write((tx) =>
          operation({ tx, tables: database.tables, workflow, now: clock.now(), actor: principal }),
        );
      } catch (error) {
        if (error instanceof OperationError) refused.push(error.name);
        throw error;
      }
    },
  };
}
