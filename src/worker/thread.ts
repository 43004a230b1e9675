/*
 * The analytics thread: runs one query after the other. It ends with the process that started it.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { databaseError } from '../db/sqlite/driver-errors.ts';
import { openSnapshots } from '../db/sqlite/open-snapshots.ts';
import type { SnapshotReader } from '../db/snapshot.ts';
import { InvalidInputError } from '../domain/errors.ts';
import { lowerPriority } from './lower-priority.ts';
import type { QueryReply, QueryRequest, ThreadData } from './messages.ts';
import { queries } from './queries.ts';
import { workflowTables } from '../domain/analytics/workflow-tables.ts';

lowerPriority();
const { file, tables, workflow, aborted }: ThreadData = workerData;
let runningId = 0;
// The first query opens the database. If this fails, the query fails, and the next query tries again.
let snapshots: SnapshotReader | undefined;

function replyTo({ id, name, parameters, now }: QueryRequest & { parameters: never }): QueryReply {
  try {
    runningId = id;
    snapshots ??= openSnapshots({
      file,
      tables,
      setUp: workflowTables(workflow),
      isAborted: () => Atomics.load(aborted, 0) >= runningId,
    });
    return {
      id,
      result: snapshots.read((snapshot) => queries[name]({ snapshot, workflow, now }, parameters)),
    };
  } catch (error) {
    if (error instanceof InvalidInputError) {
      const { message, suggestion } = error.wording;
      return { id, invalidInput: { field: error.parameters.field, message, suggestion: suggestion ?? [] } };
    }
    const found = databaseError(error);
    if (found !== undefined) return { id, databaseError: found.errorCode, cause: String(found.cause) };
    const { message, stack = '' } = error instanceof Error ? error : new Error(String(error));
    return { id, error: { message, stack } };
  }
}

parentPort?.on('message', (request: QueryRequest & { parameters: never }) =>
  parentPort?.postMessage(replyTo(request)),
);
