import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import { SeedError } from './errors.ts';
import { randomStream } from './random.ts';
import { simulateTask, type SimulatedTask, type SimulationSettings } from './task-simulation.ts';

/** Simulated tasks that together have the requested number of sessions. */
export interface Backlog {
  readonly tasks: number;
  /** Yields the tasks in order of creation. It simulates each task again, so that they need not be kept in memory. */
  simulate(): Iterable<SimulatedTask>;
}

/** If this number of tasks has no session, the workflow allows no sessions. */
const tasksWithoutSession = 1_000;

/**
 * Simulates tasks until they have the requested number of sessions, to find the number of tasks. The last task is not
 * claimed again once the number is reached. Throws SeedError.
 */
export async function planBacklog(
  settings: SimulationSettings,
  { seed, sessions }: { seed: number; sessions: number },
): Promise<Backlog> {
  const taskOf = (task: number, maxSessions?: number) =>
    simulateTask(settings, randomStream(seed, `task ${task}`), maxSessions);
  const creations: number[] = [];
  let missing = sessions;
  let last = 0;
  while (missing > 0) {
    const simulated = taskOf(creations.length, missing);
    creations.push(simulated.createdMs);
    last = missing;
    missing -= simulated.sessions;
    if (creations.length % 1_000 === 0) await yieldToEventLoop();
    if (creations.length === tasksWithoutSession && missing === sessions)
      throw new SeedError(
        `With this workflow, none of ${tasksWithoutSession} tasks could be claimed. ` +
          'Set WORKFLOW_CONFIG to a workflow that leads from a start status to an in_* status.',
      );
  }

  const inOrder = Array.from(creations.keys()).toSorted(
    (one, other) => (creations[one] ?? 0) - (creations[other] ?? 0) || one - other,
  );
  return {
    tasks: creations.length,
    *simulate() {
      for (const task of inOrder) yield taskOf(task, task === creations.length - 1 ? last : undefined);
    },
  };
}
