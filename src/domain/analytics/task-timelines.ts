import { itemsOf } from '../../db/sqlite/json-list.ts';
import { sql } from 'kysely';
import { taskRecords } from '../tasks/task-history.ts';
import type { QueryContext } from './query-context.ts';
import { type TaskTimeline, timelinesIn } from './task-timeline.ts';
import { noTime, type TimeSpent } from './time-spent.ts';

export interface TimelineOfTask extends TaskTimeline {
  readonly taskId: number;
}

/** Returns the timelines of these tasks up to now, ordered by id. Ignores unknown ids. */
export function taskTimelines(
  { snapshot, workflow, now }: QueryContext,
  { taskIds }: { taskIds: readonly number[] },
): TimelineOfTask[] {
  const timelineOf = timelinesIn(workflow);
  const selected = sql`task.id IN ${itemsOf(JSON.stringify(taskIds))}`;
  return Array.from(taskRecords(snapshot, selected), (task) => ({
    taskId: task.taskId,
    ...timelineOf(task, now.getTime()),
  }));
}

/** Returns the milliseconds in each kind of segment. The sum is the length of the timeline. */
export function timeSpentIn({ segments }: TaskTimeline): TimeSpent {
  const spent = noTime();
  for (const { kind, since, until } of segments) spent[kind] += until - since;
  return spent;
}
