/*
 * The thread that questions are answered in, one after the other. It ends with the program that started it.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { openSnapshots } from '../db/snapshot.ts';
import { InvalidInputError } from '../operations/refusals.ts';
import type { Asked, Replied, ThreadData } from './protocol.ts';
import { questions } from './questions.ts';
import { workflowTables } from './workflow-tables.ts';

const { file, tables, workflow, givenUp }: ThreadData = workerData;
let current = 0;
const snapshots = openSnapshots({
  file,
  tables,
  setUp: workflowTables(workflow),
  isGivenUp: () => Atomics.load(givenUp, 0) >= current,
});

parentPort?.on('message', ({ id, name, parameters, now }: Asked & { parameters: never }) => {
  current = id;
  const reply = (replied: Replied) => parentPort?.postMessage(replied);
  try {
    const answer = snapshots.read((snapshot) => questions[name]({ snapshot, workflow, now }, parameters));
    reply({ id, answer });
  } catch (error) {
    if (error instanceof InvalidInputError) {
      const { field, message, suggestion } = error;
      reply({ id, refused: { field, message, suggestion: suggestion ?? '' } });
    } else reply({ id, error });
  }
});
