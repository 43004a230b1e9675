/*
 * The thread that questions are answered in, one after the other. It ends with the program that started it.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { databaseError } from '../db/sqlite/driver-errors.ts';
import { openSnapshots } from '../db/sqlite/open-snapshots.ts';
import type { SnapshotReader } from '../db/snapshot.ts';
import { InvalidInputError } from '../domain/errors.ts';
import { lowerPriority } from './lower-priority.ts';
import type { QueryRequest, QueryReply, ThreadData } from './messages.ts';
import { queries } from './queries.ts';
import { workflowTables } from './workflow-tables.ts';

lowerPriority();
const { file, tables, workflow, aborted }: ThreadData = workerData;
let current = 0;
// Opened with the first question, so that a file that cannot be opened is the answer to it, and is tried again.
let snapshots: SnapshotReader | undefined;

function answer({ id, name, parameters, now }: QueryRequest & { parameters: never }): QueryReply {
  try {
    current = id;
    snapshots ??= openSnapshots({
      file,
      tables,
      setUp: workflowTables(workflow),
      isAborted: () => Atomics.load(aborted, 0) >= current,
    });
    return {
      id,
      answer: snapshots.read((snapshot) => queries[name]({ snapshot, workflow, now }, parameters)),
    };
  } catch (error) {
    if (error instanceof InvalidInputError) {
      const { field, message, suggestion } = error;
      return { id, refused: { field, message, suggestion: suggestion ?? '' } };
    }
    // The driver's errors would lose what they say on the way.
    const found = databaseError(error);
    if (found !== undefined) return { id, databaseError: found.errorCode, cause: String(found.cause) };
    const { message, stack = '' } = error instanceof Error ? error : new Error(String(error));
    return { id, error: { message, stack } };
  }
}

parentPort?.on('message', (asked: QueryRequest & { parameters: never }) =>
  parentPort?.postMessage(answer(asked)),
);
