import { Prisma } from '../../db/generated/prisma/client.ts';
import { taskRecords } from '../tasks/task-history.ts';
import type { QueryContext } from './query-context.ts';
import { type TaskTimeline, timelinesIn } from './task-timeline.ts';
import { noTime, type TimeSpent } from './time-spent.ts';

export interface TimelineOfTask extends TaskTimeline {
  readonly taskId: number;
}

/** The timelines of these tasks up to now, in the order of their ids. Ids without a task are left out. */
export function taskTimelines(
  { snapshot, workflow, now }: QueryContext,
  { taskIds }: { taskIds: readonly number[] },
): TimelineOfTask[] {
  const timelineOf = timelinesIn(workflow);
  const selected = Prisma.sql`task.id IN (SELECT value FROM json_each(${JSON.stringify(taskIds)}))`;
  return Array.from(taskRecords(snapshot, selected), (task) => ({
    taskId: task.taskId,
    ...timelineOf(task, now.getTime()),
  }));
}

/** Milliseconds per kind of segment; they add up to the length of the timeline. */
export function timeSpentIn({ segments }: TaskTimeline): TimeSpent {
  const spent = noTime();
  for (const { kind, since, until } of segments) spent[kind] += until - since;
  return spent;
}
