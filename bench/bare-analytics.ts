import type { Connection, Statement } from '../src/db/sqlite/driver.ts';
import { parse } from 'graphql';
import { execute } from 'graphql/execution/index.js';
import { unrestrictedPrincipal } from '../src/domain/principal.ts';
import { runQuery } from '../src/worker/queries.ts';
import { workflowTables } from '../src/domain/analytics/workflow-tables.ts';
import { systemClock } from '../src/shared/clock.ts';
import { openDatabase } from '../src/db/sqlite/open-database.ts';
import { defineAbortCheck } from '../src/db/sqlite/abort-check.ts';
import { openSnapshots } from '../src/db/sqlite/open-snapshots.ts';
import { boundValue } from '../src/db/sqlite/prepared-statements.ts';
import type { Snapshot } from '../src/db/snapshot.ts';
import type { Sql } from '../src/db/statements.ts';
import { createContext } from '../src/graphql/context.ts';
import { schema } from '../src/graphql/schema.ts';
import { createSessionChangeWatcher } from '../src/domain/sessions/changes.ts';
import { createStaleWatcher } from '../src/domain/stale/stale-watcher.ts';
import type { Workflow } from '../src/domain/workflow/workflow.ts';

type Run = (statement: Statement) => void;

/** Runs the statements of a query without the server. */
export interface BareAnalytics extends AsyncDisposable {
  of(query: string): Promise<() => void>;
}

/**
 * Runs the statements of a GraphQL query on the bare driver: without HTTP, GraphQL and a worker thread, and without
 * processing the rows. It executes the query once and records its statements.
 */
export async function openBareAnalytics(connection: Connection, workflow: Workflow): Promise<BareAnalytics> {
  const onError = (error: unknown) => {
    throw error;
  };
  const database = await openDatabase({
    file: connection.name,
    prepare: () => {},
    clock: systemClock,
    onError,
  });
  const setUp = workflowTables(workflow);
  const snapshots = openSnapshots({
    file: connection.name,
    tables: database.tables,
    setUp,
    isAborted: () => false,
  });
  defineAbortCheck(connection, () => {});
  connection.exec(setUp);

  return {
    async of(query) {
      const runs: (() => void)[] = [];
      const record = (statement: Sql, run: Run) => {
        const { sql, parameters } = statement.compile(database.read);
        runs.push(() => run(connection.prepare(sql).bind(...parameters.map(boundValue))));
      };
      const contextValue = createContext(
        {
          database,
          analyticsWorker: {
            run: async (name, parameters) =>
              snapshots.read((snapshot) =>
                runQuery(
                  name,
                  { snapshot: recording(snapshot, record), workflow, now: systemClock.now() },
                  parameters,
                ),
              ),
            close: async () => {},
          },
          workflow,
          clock: systemClock,
          aliveWithinMs: 300_000,
          staleAfterMs: 0,
          findFailedChecks: async () => [],
          staleWatcher: createStaleWatcher({ database, clock: systemClock, onError, onClockJump: () => {} }),
          sessionChanges: createSessionChangeWatcher({ database, clock: systemClock, onError }),
        },
        unrestrictedPrincipal,
      );
      const { errors } = await execute({ schema, document: parse(query), contextValue });
      if (errors !== undefined) throw new Error(`${query}\nfailed with\n${errors.map(String).join('\n')}`);
      return () => {
        for (const run of runs) run();
      };
    },
    async [Symbol.asyncDispose]() {
      snapshots.close();
      await database.close();
    },
  };
}

function recording(snapshot: Snapshot, record: (statement: Sql, run: Run) => void): Snapshot {
  return {
    ...snapshot,
    all(statement) {
      record(statement, (bare) => bare.all());
      return snapshot.all(statement);
    },
    iterate(statement) {
      record(statement, (bare) => {
        // Only reading the rows is measured.
        for (const _row of bare.iterate());
      });
      return snapshot.iterate(statement);
    },
  };
}
