import { setImmediate as otherWork } from 'node:timers/promises';
import { SeedError } from './errors.ts';
import { randomStream } from './random.ts';
import { liveTask, type TimelineOfTask, type World } from './task-life.ts';

/** The work that is there: tasks whose lives have as many sessions together as were asked for. */
export interface Backlog {
  readonly tasks: number;
  /** The lives of all tasks, in the order in which the tasks are created. Each is lived anew, so none is kept. */
  timelines(): Iterable<TimelineOfTask>;
}

/** When so many tasks have seen no session, none ever will. */
const tasksWithoutSession = 1_000;

/**
 * Finds out how many tasks it takes by living all of their lives once. The last of them is not claimed any more when the
 * number is reached. Throws SeedError.
 */
export async function planBacklog(
  world: World,
  { seed, sessions }: { seed: number; sessions: number },
): Promise<Backlog> {
  const timelineOf = (task: number, mostSessions?: number) =>
    liveTask(world, randomStream(seed, `task ${task}`), mostSessions);
  const creations: number[] = [];
  let missing = sessions;
  let last = 0;
  while (missing > 0) {
    const timeline = timelineOf(creations.length, missing);
    creations.push(timeline.createdMs);
    last = missing;
    missing -= timeline.sessions;
    if (creations.length % 1_000 === 0) await otherWork();
    if (creations.length === tasksWithoutSession && missing === sessions)
      throw new SeedError(
        `In this workflow no agent gets to work: of ${tasksWithoutSession} tasks not one was claimed. ` +
          'Name one in WORKFLOW_CONFIG whose tasks can go from a start status to an in_* status.',
      );
  }

  const inOrder = Array.from(creations.keys()).toSorted(
    (one, other) => (creations[one] ?? 0) - (creations[other] ?? 0) || one - other,
  );
  return {
    tasks: creations.length,
    *timelines() {
      for (const task of inOrder) yield timelineOf(task, task === creations.length - 1 ? last : undefined);
    },
  };
}
