import type { Clock } from '../shared/clock.ts';
import { databaseError } from '../db/sqlite/driver-errors.ts';
import { openSnapshots } from '../db/sqlite/open-snapshots.ts';
import type { SnapshotReader } from '../db/snapshot.ts';
import type { AnalyticsWorker } from './analytics-worker.ts';
import type { ThreadData } from './messages.ts';
import { workflowTables } from '../domain/analytics/workflow-tables.ts';

export interface SameThreadOptions extends Omit<ThreadData, 'aborted'> {
  clock: Pick<Clock, 'now'>;
}

/**
 * Creates a worker that runs queries in the calling thread, without a timeout. The command line uses it, because
 * starting a thread is slow.
 */
export function createSameThreadWorker({
  file,
  tables,
  workflow,
  clock,
}: SameThreadOptions): AnalyticsWorker {
  let snapshots: SnapshotReader | undefined;
  return {
    async run(name, parameters) {
      // Few commands run a query, so import the queries only for them.
      const { runQuery } = await import('./queries.ts');
      try {
        snapshots ??= openSnapshots({
          file,
          tables,
          setUp: workflowTables(workflow),
          isAborted: () => false,
        });
        return snapshots.read((snapshot) =>
          runQuery(name, { snapshot, workflow, now: clock.now() }, parameters),
        );
      } catch (error) {
        throw databaseError(error) ?? error;
      }
    },
    async close() {
      snapshots?.close();
    },
  };
}
