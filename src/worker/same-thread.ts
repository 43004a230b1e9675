import type { Clock } from '../shared/clock.ts';
import { databaseFault } from '../db/errors.ts';
import { openSnapshots, type SnapshotReader } from '../db/sqlite/snapshot.ts';
import type { Background } from './analytics-worker.ts';
import type { ThreadData } from './messages.ts';
import { answerTo } from './queries.ts';
import { workflowTables } from './workflow-tables.ts';

export interface SameThreadOptions extends Omit<ThreadData, 'givenUp'> {
  clock: Pick<Clock, 'now'>;
}

/**
 * Answers what takes long where it is asked, for a program that has nothing else to do meanwhile: to start a thread
 * takes longer than most answers. Nothing is given up; who does not want to wait ends the program.
 */
export function createSameThreadBackground({ file, tables, workflow, clock }: SameThreadOptions): Background {
  let snapshots: SnapshotReader | undefined;
  return {
    async ask(name, parameters) {
      try {
        snapshots ??= openSnapshots({
          file,
          tables,
          setUp: workflowTables(workflow),
          isGivenUp: () => false,
        });
        return snapshots.read((snapshot) =>
          answerTo(name, { snapshot, workflow, now: clock.now() }, parameters),
        );
      } catch (error) {
        throw databaseFault(error) ?? error;
      }
    },
    async close() {
      snapshots?.close();
    },
  };
}
